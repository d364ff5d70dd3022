package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

// shop runs a server whose list knows gone@example.com, and returns where.
func shop() (url, token string, stop func()) {
	dir, err := os.MkdirTemp("", "nosend")
	if err != nil {
		log.Fatal(err)
	}
	server, secret, closeList, err := start(dir)
	if err != nil {
		log.Fatal(err)
	}
	running := httptest.NewServer(server)
	c := client.Client{URL: running.URL, Token: secret}
	if _, err := c.Decide(context.Background(), "gone@example.com", api.Decision{Note: "left the company"}); err != nil {
		log.Fatal(err)
	}
	return running.URL, secret, func() {
		running.Close()
		if err := closeList(); err != nil {
			log.Fatal(err)
		}
		_ = os.RemoveAll(dir)
	}
}

// What README shows.
func Example() {
	url, token, stop := shop()
	defer stop()
	ctx := context.Background()
	c := client.Client{URL: url, Token: token}
	may, err := c.MaySend(ctx, "user@example.com", client.FailClosed, suppress.MailAny)
	if err != nil {
		log.Print(err) // the answer is not known; may says what you chose
	}
	if may {
		fmt.Println("send it")
	}
	// Output:
	// send it
}

// A newsletter can wait: who isn't known to be free goes back into the queue.
func ExampleClient_MaySend() {
	url, token, stop := shop()
	defer stop()
	ctx := context.Background()
	c := client.Client{
		URL: url, Token: token, Timeout: 2 * time.Second,
		HTTP: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 50}}, // as many as there are senders
	}
	var later []string
	for _, to := range []string{"user@example.com", "gone@example.com", "nobody"} {
		may, err := c.MaySend(ctx, to, client.FailClosed, suppress.MailAny)
		switch {
		case may:
			fmt.Println("send to", to)
		case err == nil:
			fmt.Println("leave out", to)
		case errors.Is(err, suppress.ErrAddress):
			fmt.Printf("leave out %q: %s\n", to, err)
		default: // not known: count it, log it, ask again later
			log.Print(err)
			later = append(later, to)
		}
	}
	fmt.Println("later:", len(later))
	// Output:
	// send to user@example.com
	// leave out gone@example.com
	// leave out "nobody": not a mail address: it has no @
	// later: 0
}

// A password reset is waited for: it goes out also when nobody answers, soon.
func ExampleClient_MaySend_failOpen() {
	c := client.Client{URL: "http://127.0.0.1:1", Timeout: 300 * time.Millisecond, Retries: -1}
	may, err := c.MaySend(context.Background(), "user@example.com", client.FailOpen, suppress.MailTransactional)
	if err != nil {
		fmt.Println("count and log this")
	}
	fmt.Println(may)
	// Output:
	// count and log this
	// true
}

// A list is asked about in one call.
func ExampleClient_CheckAll() {
	url, token, stop := shop()
	defer stop()
	c := client.Client{URL: url, Token: token}
	answers, err := c.CheckAll(context.Background(), []string{"gone@example.com", "user@example.com"}, suppress.MailAny)
	if err != nil {
		log.Fatal(err) // nothing is known: send to nobody
	}
	for _, a := range answers {
		fmt.Println(a.Address, a.MaySend())
	}
	// Output:
	// gone@example.com false
	// user@example.com true
}

// Changes can be followed, to keep a copy elsewhere.
func ExampleClient_Changes() {
	url, token, stop := shop()
	defer stop()
	c := client.Client{URL: url, Token: token}
	after := uint64(0) // where the last run ended
	page, err := c.Changes(context.Background(), after, 100)
	if err != nil {
		log.Fatal(err)
	}
	for _, change := range page.Changes {
		fmt.Println(change.Address, change.Change, change.State)
	}
	after = page.Last
	fmt.Println("go on after", after)
	// Output:
	// gone@example.com added suppressed
	// go on after 1
}
