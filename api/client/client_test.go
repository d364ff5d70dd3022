package client_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

// TestStory of one address, in every word that the client has for it.
func TestStory(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	got, err := c.Lookup(ctx, "User@Example.com")
	require.NoError(t, err)
	assert.Equal(t, api.Lookup{Address: "user@example.com"}, got)

	until := monday.Add(time.Hour)
	got, err = c.Decide(ctx, "User@Example.com", api.Decision{Until: &until, Note: "asked by phone"})
	require.NoError(t, err)
	assert.True(t, got.Suppressed)
	assert.Equal(t, until, *got.Until)
	again, err := c.Lookup(ctx, "user@example.com")
	require.NoError(t, err)
	assert.Equal(t, got, again)

	var csv bytes.Buffer
	rows, err := c.Export(ctx, &csv, client.ExportOptions{})
	require.NoError(t, err)
	assert.Equal(t, 1, rows)
	assert.Contains(t, csv.String(), "\r\nuser@example.com,none,none,suppressed,")

	got, err = c.Release(ctx, "user@example.com", "a mistake & more")
	require.NoError(t, err)
	assert.Equal(t, suppress.Released, got.State)
	events, err := c.Events(ctx, "user@example.com")
	require.NoError(t, err)
	require.Len(t, events.Decisions, 2)
	assert.Equal(t, api.Decided{At: monday, State: suppress.Released, Note: "a mistake & more", By: "aiko"}, events.Decisions[0])
	csv.Reset()
	rows, err = c.Export(ctx, &csv, client.ExportOptions{Filter: client.Filter{State: []string{"released", "allowed"}}})
	require.NoError(t, err)
	assert.Equal(t, 1, rows)
}

// TestOddAddresses arrive as they are written, in every call.
func TestOddAddresses(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	for _, who := range []string{
		"a/b@x.jp", "/a//b@x.jp", `"q q"@x.jp`, "x%y@x.jp", "x%2fy@x.jp", "ü@xn--bcher-kva.example", "foo..bar@docomo.ne.jp", "user+tag@x.jp",
		"user@example", "../@x", "who?#me@x.jp", `"a;b=c,d&e"@x.jp`, `"a\"b"@x.jp`, "events@x.jp", `"a:b"@[ipv6:2001:db8::1]`,
	} {
		got, err := c.Decide(ctx, who, api.Decision{})
		require.NoError(t, err, who)
		assert.Equal(t, who, got.Address)
		got, err = c.Lookup(ctx, who)
		require.NoError(t, err, who)
		assert.True(t, got.Suppressed, who)
		events, err := c.Events(ctx, who)
		require.NoError(t, err, who)
		assert.Len(t, events.Decisions, 1, who)
		_, err = c.Release(ctx, who, "")
		require.NoError(t, err, who)
	}
}

// TestErrorsSayWhatTheServerSaid, and its status.
func TestErrorsSayWhatTheServerSaid(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	_, err := c.Release(ctx, "user@example.com", "")
	assert.EqualError(t, err, "user@example.com is not on the list; nothing was released")
	assert.Equal(t, http.StatusNotFound, status(t, err))
	_, err = c.Lookup(ctx, "user")
	assert.ErrorContains(t, err, "not a mail address: it has no @")
	assert.Equal(t, http.StatusBadRequest, status(t, err))
	_, err = c.Lookup(ctx, "")
	assert.Equal(t, http.StatusNotFound, status(t, err))
	_, err = c.Decide(ctx, "user@example.com", api.Decision{State: "gone"})
	assert.Equal(t, http.StatusBadRequest, status(t, err))
	_, err = c.Export(ctx, &bytes.Buffer{}, client.ExportOptions{Filter: client.Filter{State: []string{"gone"}}})
	assert.Equal(t, http.StatusBadRequest, status(t, err))
	c.Token = "wrong"
	_, err = c.Events(ctx, "user@example.com")
	assert.EqualError(t, err, "the token is not known; it may have been revoked")
	assert.Equal(t, http.StatusUnauthorized, status(t, err))
}

func status(t *testing.T, err error) int {
	t.Helper()
	known, ok := errors.AsType[*client.Error](err)
	require.True(t, ok, "%v", err)
	return known.Status
}

// TestNoAnswerIsAnError: no server, one that says nothing in time, a URL that
// is none.
func TestNoAnswerIsAnError(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	c := &client.Client{URL: gone.URL, Retries: -1}
	_, err := c.Lookup(t.Context(), "user@example.com")
	assert.ErrorContains(t, err, "no answer from "+gone.URL)

	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer silent.Close()
	c = &client.Client{URL: silent.URL, Timeout: 10 * time.Millisecond}
	_, err = c.Lookup(t.Context(), "user@example.com")
	assert.ErrorIs(t, err, context.DeadlineExceeded)

	for _, bad := range []string{"", "::", "localhost:8025", "ftp://localhost"} {
		_, err = (&client.Client{URL: bad}).Lookup(t.Context(), "user@example.com")
		assert.Error(t, err, bad)
	}
}

// TestSomebodyElseAnswers: nothing but nosend's own words means "may send".
func TestSomebodyElseAnswers(t *testing.T) {
	for name, c := range map[string]*client.Client{
		"other JSON":       answering(t, 200, "{}"),
		"a web page":       answering(t, 200, "<html>"),
		"nothing":          answering(t, 200, ""),
		"no content":       answering(t, 204, ""),
		"half an answer":   answering(t, 200, `{"address":"user@example.com","suppr`),
		"a plain error":    answering(t, 502, "bad gateway"),
		"an error in JSON": answering(t, 500, `{"suppressed":false}`),
		"a redirect":       answering(t, 302, "", "Location", "/suppressed/somebody@example.com"),
	} {
		_, err := c.Lookup(t.Context(), "user@example.com")
		assert.Error(t, err, name)
		_, err = c.Export(t.Context(), &bytes.Buffer{}, client.ExportOptions{})
		assert.Error(t, err, name)
		_, err = c.Decide(t.Context(), "user@example.com", api.Decision{})
		assert.Error(t, err, name)
		_, err = c.Release(t.Context(), "user@example.com", "")
		assert.Error(t, err, name)
		_, err = c.Events(t.Context(), "user@example.com")
		assert.Error(t, err, name)
		_, err = c.Classify(t.Context(), api.ClassifyRequest{Text: "550"})
		assert.Error(t, err, name)
		_, err = c.Changes(t.Context(), 0, 0)
		assert.Error(t, err, name)
		_, err = c.Ready(t.Context())
		assert.Error(t, err, name)
		assert.Error(t, c.Metrics(t.Context(), &bytes.Buffer{}), name)
		_, err = c.Webhook(t.Context(), "cmc", nil, []byte("{}"))
		assert.Error(t, err, name)
	}
	_, err := answering(t, 200, `{"address":"user@example.com","valid":true}`).Lookup(t.Context(), "user@example.com")
	assert.ErrorContains(t, err, "is not nosend")
	_, err = answering(t, 502, "bad gateway").Lookup(t.Context(), "user@example.com")
	assert.EqualError(t, err, "the server answered 502 Bad Gateway")
	assert.Equal(t, 502, status(t, err))
	_, err = answering(t, 503, `{"status":200,"detail":"so it is"}`).Lookup(t.Context(), "user@example.com")
	assert.EqualError(t, err, "so it is")
	assert.Equal(t, 503, status(t, err))
}

// TestRedirectsAreErrors: net/http would turn a PUT into a GET, whose answer
// looks as if something had been done.
func TestRedirectsAreErrors(t *testing.T) {
	c := connect(t)
	there := c.URL
	c.URL = answering(t, http.StatusMovedPermanently, "", "Location", there+"/suppressed/user@example.com").URL
	_, err := c.Decide(t.Context(), "user@example.com", api.Decision{})
	assert.EqualError(t, err, "the server answered 301 Moved Permanently; it points to "+there+"/suppressed/user@example.com")
	_, err = c.Release(t.Context(), "user@example.com", "")
	assert.Equal(t, http.StatusMovedPermanently, status(t, err))
}

// TestOwnClient is used, and stays as it was.
func TestOwnClient(t *testing.T) {
	c := connect(t)
	used := 0
	own := &http.Client{Transport: counting{&used, http.DefaultTransport}}
	c.HTTP, c.URL = own, c.URL+"/"
	_, err := c.Lookup(t.Context(), "user@example.com")
	require.NoError(t, err)
	assert.Equal(t, 1, used)
	assert.Nil(t, own.CheckRedirect)
}

// counting counts requests.
type counting struct {
	n *int
	http.RoundTripper
}

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	*c.n++
	return c.RoundTripper.RoundTrip(r)
}
