// Package containers runs the mock provider in a container, for tests of shops
// in any language. It follows the modules of testcontainers-go: Run takes an
// image and options, among them all of testcontainers itself, and the container
// has typed accessors.
package containers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/countersign-oidc/countersign/mockidp/control"
)

// The ports inside of the container, and where its files are put.
const (
	providerPort = "9400/tcp"
	controlPort  = "9401/tcp"
	configPath   = "/etc/countersign/idp.json"
	tokenPath    = "/etc/countersign/token"
)

// Container is a mock provider that runs in a container.
type Container struct {
	testcontainers.Container

	origin string
	token  string
}

// Run starts a provider of that image and waits until it serves. Without
// WithIssuer it has the one issuer of the program, with its client and people.
//
// The provider is at a port of this machine's loopback, under which browsers
// and relying parties of this machine reach it; WithBackChannel is for relying
// parties in containers. The container that is returned beside an error, if any,
// is there to be terminated.
func Run(ctx context.Context, img string, opts ...testcontainers.ContainerCustomizer) (*Container, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	c := &Container{origin: "http://127.0.0.1:" + strconv.Itoa(port), token: control.NewToken()}
	files := []testcontainers.ContainerFile{file(tokenPath, c.token)}
	args := []string{"idp", "--addr", "0.0.0.0:9400", "--url", c.origin, "--control", "0.0.0.0:9401", "--control-token-file", tokenPath}
	p := asked(opts)
	if p.backChannel != "" {
		args = append(args, "--back-channel-url", p.backChannel)
	}
	if len(p.issuers) > 0 {
		config, err := json.Marshal(map[string]any{"issuers": p.issuers})
		if err != nil {
			return nil, fmt.Errorf("configuration of the provider: %w", err)
		}
		files, args = append(files, file(configPath, string(config))), append(args, "--config", configPath)
	}
	started, err := testcontainers.Run(ctx, img, append([]testcontainers.ContainerCustomizer{
		testcontainers.WithCmd(args...),
		testcontainers.WithFiles(files...),
		testcontainers.WithExposedPorts(providerPort, controlPort),
		testcontainers.WithHostConfigModifier(publish(port)),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/readyz").WithPort(controlPort)),
	}, opts...)...)
	if started != nil {
		c.Container = started
	}
	if err != nil {
		return c, fmt.Errorf("run %s: %w", img, err)
	}
	return c, nil
}

// Issuer is the issuer identifier of the issuer at a path; "/" is the one at the
// bare origin.
func (c *Container) Issuer(path string) string { return c.origin + strings.TrimSuffix(path, "/") }

// Control manages the provider from this machine.
func (c *Container) Control(ctx context.Context) (*control.Client, error) {
	endpoint, err := c.PortEndpoint(ctx, controlPort, "http")
	if err != nil {
		return nil, fmt.Errorf("port of the management API: %w", err)
	}
	return &control.Client{URL: endpoint, Token: c.token}, nil
}

func file(path, content string) testcontainers.ContainerFile {
	return testcontainers.ContainerFile{Reader: strings.NewReader(content), ContainerFilePath: path, FileMode: 0o444}
}

// publish binds the provider to one port of loopback, since its issuer has to
// be known before it starts, and the management API to any.
func publish(port int) func(*container.HostConfig) {
	return func(h *container.HostConfig) {
		loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
		h.PortBindings = network.PortMap{
			network.MustParsePort(providerPort): {{HostIP: loopback, HostPort: strconv.Itoa(port)}},
			network.MustParsePort(controlPort):  {{HostIP: loopback}},
		}
	}
}

// freePort is a port of loopback that nobody listens on.
func freePort(ctx context.Context) (int, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("a port for the provider: %w", err)
	}
	tcp, ok := ln.Addr().(*net.TCPAddr)
	if err := ln.Close(); err != nil || !ok {
		return 0, errors.Join(fmt.Errorf("a port for the provider: %v", ln.Addr()), err)
	}
	return tcp.Port, nil
}
