package client_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/nosend/nosend/api"
	"github.com/nosend/nosend/api/client"
	"github.com/nosend/nosend/suppress"
)

func TestCheck(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	_, err := c.Decide(ctx, "gone@example.com", api.Decision{Note: "<b>"})
	require.NoError(t, err)
	for o, want := range map[client.CheckOptions]string{
		{}:                           "gone@example.com\tsuppressed\tmanual\tnone\nnobody\tinvalid\nuser@example.com\tclear\n",
		{Only: api.OnlySendable}:     "user@example.com\n",
		{Only: api.OnlySuppressed}:   "gone@example.com\n",
		{Mail: "transactional"}:      "gone@example.com\tsuppressed\tmanual\tnone\nnobody\tinvalid\nuser@example.com\tclear\n",
		{ContentType: "text/x-list"}: "",
	} {
		var out bytes.Buffer
		counts, err := c.Check(ctx, strings.NewReader("gone@example.com\nnobody\nuser@example.com"), &out, o)
		assert.Equal(t, want, out.String())
		if want != "" {
			require.NoError(t, err)
			assert.Equal(t, client.CheckCounts{Total: 3, Suppressed: 1, Sendable: 1, Invalid: 1}, counts)
		} else {
			assert.ErrorContains(t, err, `Content-Type is "text/x-list"`)
		}
	}
	_, err = c.Check(ctx, iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("a@x.jp\n"))), &bytes.Buffer{}, client.CheckOptions{})
	assert.ErrorIs(t, err, iotest.ErrTimeout)
}

func TestCheckAll(t *testing.T) {
	ctx, c := t.Context(), connect(t)
	want, err := c.Decide(ctx, "gone@example.com", api.Decision{Note: "<b>"})
	require.NoError(t, err)
	got, err := c.CheckAll(ctx, []string{"Gone@example.com", "nobody", "user@example.com"}, suppress.MailAny)
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.Equal(t, api.Checked{Lookup: want, Input: "Gone@example.com"}, got[0])
	assert.Equal(t, api.Checked{Input: "nobody", Error: "not a mail address: it has no @"}, got[1])
	assert.Equal(t, []bool{false, false, true}, []bool{got[0].MaySend(), got[1].MaySend(), got[2].MaySend()})
	got, err = c.CheckAll(ctx, nil, suppress.MailAny)
	require.NoError(t, err)
	assert.Empty(t, got)
	_, err = c.CheckAll(ctx, []string{"a@x.jp", "\xff@x.jp"}, suppress.MailAny)
	assert.ErrorContains(t, err, "address 2 is not UTF-8")
	_, err = c.CheckAll(ctx, []string{"a@x.jp"}, "bulk")
	assert.ErrorContains(t, err, `mail is "bulk"`)
}

// TestCheckOfStrangers: the answers of something else are no leave to send.
func TestCheckOfStrangers(t *testing.T) {
	for _, body := range []string{"{}", "[]", "[{}]", `[{"suppressed":false}]`, `[{"address":"a@x.jp"}]`, `[{"address":"a@x.jp"},{"address":"b@x.jp"}]`, `[{"address":"a@x.jp","suppr`, "<html>"} {
		c := answering(t, http.StatusOK, body)
		_, err := c.CheckAll(t.Context(), []string{"a@x.jp"}, suppress.MailAny)
		assert.Error(t, err, body)
		var out bytes.Buffer
		_, err = c.Check(t.Context(), strings.NewReader("a@x.jp"), &out, client.CheckOptions{})
		assert.ErrorContains(t, err, "is not nosend")
		assert.Empty(t, out.String())
	}
	var headers []string
	for _, name := range []string{api.HeaderTotal, api.HeaderSuppressed, api.HeaderSendable, api.HeaderInvalid} {
		headers = append(headers, name, "1")
	}
	c := answering(t, http.StatusOK, "a@x.jp\tcle", append(headers, "Content-Length", fmt.Sprint(100))...)
	_, err := c.Check(t.Context(), strings.NewReader("a@x.jp"), &bytes.Buffer{}, client.CheckOptions{})
	assert.ErrorContains(t, err, "the answer broke off")
}
