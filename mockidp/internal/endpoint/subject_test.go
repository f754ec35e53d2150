package endpoint

import (
	"fmt"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

func pairwiseClient(id, redirect string) identity.Client {
	return identity.Client{ID: id, RedirectURIs: []string{redirect}, SubjectType: identity.SubjectPairwise}
}

func TestPairwiseSubjects(t *testing.T) {
	t.Parallel()
	d := NewDirectory("http://op.test", keys.New())
	put(t, d, identity.User{Username: "ada", Subject: "sub-ada"})
	put(t, d, identity.User{Username: "bob"})
	shop := pairwiseClient("shop", "https://shop.test:8443/callback")
	sibling := pairwiseClient("sibling", "https://shop.test/other")
	elsewhere := pairwiseClient("elsewhere", "https://elsewhere.test/callback")
	joined := pairwiseClient("joined", "https://elsewhere.test/callback")
	joined.SectorIdentifier = "https://shop.test/sector.json"
	public := identity.Client{ID: "public", RedirectURIs: shop.RedirectURIs}

	ada, _ := d.user("ada")
	bob, _ := d.user("bob")
	own := d.subject(shop, ada)
	for name, got := range map[string]string{"a client of the same host": d.subject(sibling, ada), "a sector_identifier_uri": d.subject(joined, ada)} {
		if got != own {
			t.Errorf("%s: %q, want %q", name, got, own)
		}
	}
	for name, got := range map[string]string{
		"another host": d.subject(elsewhere, ada), "another user": d.subject(shop, bob), "the public subject": d.subject(public, ada),
		"another issuer": NewDirectory("http://other.test", keys.New()).subject(shop, ada),
	} {
		if got == own {
			t.Errorf("%s has the same subject", name)
		}
	}
	if got := d.subject(public, ada); got != "sub-ada" {
		t.Errorf("public subject %q", got)
	}
	for name, tc := range map[string]struct {
		client identity.Client
		sub    string
		want   string
	}{
		"pairwise":                      {shop, own, "ada"},
		"pairwise at a sibling":         {sibling, own, "ada"},
		"pairwise at another host":      {elsewhere, own, ""},
		"pairwise at a public client":   {public, own, ""},
		"public at a public client":     {public, "sub-ada", "ada"},
		"public at a pairwise client":   {shop, "sub-ada", ""},
		"a username that has a subject": {public, "ada", ""},
	} {
		if got := d.bySubject(tc.client, tc.sub); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// TestSubjectsFollowUsers holds that what the directory has worked out goes
// when users do, and does not grow with the sectors.
func TestSubjectsFollowUsers(t *testing.T) {
	t.Parallel()
	d := NewDirectory("http://op.test", keys.New())
	shop := pairwiseClient("shop", "https://shop.test/callback")
	public := identity.Client{ID: "public"}
	put(t, d, identity.User{Username: "ada"})
	ada, _ := d.user("ada")
	before := d.subject(shop, ada)
	if d.bySubject(shop, before) != "ada" {
		t.Fatal("ada is not known")
	}
	put(t, d, identity.User{Username: "ada", Subject: "new"})
	ada, _ = d.user("ada")
	if got := d.bySubject(shop, before) + d.bySubject(public, "ada"); got != "" {
		t.Errorf("the old subject stands for %q", got)
	}
	if d.bySubject(shop, d.subject(shop, ada)) != "ada" || d.bySubject(public, "new") != "ada" {
		t.Error("the new subject stands for nobody")
	}
	for i := range 3 * maxSectors {
		c := pairwiseClient("c", fmt.Sprintf("https://host%d.test/callback", i))
		if d.bySubject(c, d.subject(c, ada)) != "ada" {
			t.Errorf("sector %d", i)
		}
	}
	if n := len(d.sectors); n > maxSectors {
		t.Errorf("%d sectors are kept", n)
	}
	d.Replace(nil, nil)
	if got := d.bySubject(public, "new"); got != "" {
		t.Errorf("%q is left", got)
	}
}
