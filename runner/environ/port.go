package environ

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// portTries bounds the search for a port that no other process of the run was
// given.
const portTries = 100

// reservePort finds a port for a shop. Between its reservation and the shop's
// start nobody listens there, and the shop of another process would be taken
// for this one: so each is given out once in a run, which its marks show.
func reservePort(ctx context.Context, marks string) (string, error) {
	for range portTries {
		port, err := freePort(ctx)
		if err != nil || marks == "" {
			return port, err
		}
		mark, err := os.OpenFile(filepath.Join(marks, "port-"+port), os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("mark of the shop's port: %w", err)
		}
		return port, mark.Close()
	}
	return "", fmt.Errorf("port of the shop: all of %d free ports had been given out before", portTries)
}

// freePort finds a port that nobody listens on. A program outside the run may
// take it before the shop does; the shop then says so and the check is
// undecided.
func freePort(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", ShopHost+":0")
	if err != nil {
		return "", fmt.Errorf("port of the shop: %w", err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}
