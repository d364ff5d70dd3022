package main

import (
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/nosend/nosend/api/client"
)

// remote adds the flags of a command that talks to a server, and returns what
// makes its client once they are read.
func remote(cmd *cobra.Command) func() (*client.Client, error) {
	server := cmd.Flags().String("url", "http://127.0.0.1:8025", "the server")
	token := cmd.Flags().String("token", "", "token for the server (better set as NOSEND_TOKEN)")
	return func() (*client.Client, error) {
		u, err := url.Parse(*server)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, hinted{fmt.Errorf("setting url: %q is not the URL of a server", *server), "write it as http://127.0.0.1:8025"}
		}
		return &client.Client{URL: *server, Token: *token, Retries: 2}, nil // a person waits for it
	}
}
