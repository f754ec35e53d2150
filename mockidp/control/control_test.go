package control_test

import (
	"context"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/control/controltest"
	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// closer is something that ends with a test.
type closer interface{ Close(context.Context) error }

func ending(t testing.TB, c closer) {
	t.Helper()
	t.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

func startLocal(t testing.TB) *control.Local {
	t.Helper()
	s, err := mockidp.Start(t.Context(), mockidp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ending(t, s)
	return &control.Local{Server: s, Own: []fault.Spec{controltest.Own()}}
}

func startServer(t testing.TB, o control.Options) *control.Server {
	t.Helper()
	s, err := control.Start(t.Context(), startLocal(t), o)
	if err != nil {
		t.Fatal(err)
	}
	ending(t, s)
	return s
}

func TestInProcess(t *testing.T) { controltest.Run(t, startLocal(t)) }

func TestOverHTTP(t *testing.T) { controltest.Run(t, startServer(t, control.Options{}).Client()) }
