// Command nosend keeps the list of addresses that mail must not be sent to.
// Run it without arguments for help.
package main

import (
	"context"
	"os"
	_ "time/tzdata" // sources report local times; the machine may have no zone database
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}
