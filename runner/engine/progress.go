package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"sync"

	"github.com/countersign-oidc/countersign/runner/check"
)

// Progress is one decided check.
type Progress struct {
	ID         check.ID      `json:"id"`
	Verdict    check.Verdict `json:"verdict"`
	Reason     string        `json:"reason"`
	DurationMS int64         `json:"duration_ms"`
}

// listener takes the progress of the workers.
type listener struct {
	net.Listener
	readers sync.WaitGroup
}

// listen takes the progress of a job, and sends on alive with each of it unless
// that is still to be received.
func listen(j Job, alive chan<- struct{}) (*listener, error) {
	l, err := net.Listen("unix", filepath.Join(j.Dir, progressFile)) //nolint:noctx // closed by Run
	if err != nil {
		return nil, fmt.Errorf("progress of the workers: %w", err)
	}
	p := &listener{Listener: l}
	var mu sync.Mutex
	p.readers.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.readers.Go(func() {
				defer conn.Close()
				dec := json.NewDecoder(conn)
				for {
					var e Progress
					if dec.Decode(&e) != nil {
						return
					}
					select {
					case alive <- struct{}{}:
					default:
					}
					if j.Progress != nil {
						mu.Lock()
						j.Progress(e)
						mu.Unlock()
					}
				}
			})
		}
	})
	return p, nil
}

// Close ends the listener after every worker has ended.
func (p *listener) Close() error {
	err := p.Listener.Close()
	p.readers.Wait()
	if err != nil {
		return fmt.Errorf("progress of the workers: %w", err)
	}
	return nil
}

// Reporter tells the program that started this worker of its progress.
type Reporter struct {
	mu   sync.Mutex
	conn net.Conn
}

// Dial connects a worker to the run whose plan it got. lost is called when the
// program that started the run is gone: then the worker must end too.
func Dial(ctx context.Context, plan string, lost func()) (*Reporter, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", filepath.Join(filepath.Dir(plan), progressFile))
	if err != nil {
		return nil, fmt.Errorf("progress of this worker: %w", err)
	}
	go func() {
		var b [1]byte
		if _, err := conn.Read(b[:]); err != nil { // nothing is ever sent
			lost()
		}
	}()
	return &Reporter{conn: conn}, nil
}

// Tell tells of one decided check.
func (r *Reporter) Tell(p Progress) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := json.NewEncoder(r.conn).Encode(p); err != nil {
		return fmt.Errorf("progress of this worker: %w", err)
	}
	return nil
}
