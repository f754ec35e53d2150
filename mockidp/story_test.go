package mockidp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// story is all that a relying party sees of one sign-in and sign-out, as flat
// names and values. Random values are replaced by what is true of them.
type story map[string]string

// tell lets a browser go through every endpoint with whatever faults are
// armed. The relying party in it goes on after errors as far as it can.
func tell(t *testing.T, b *browser) story {
	t.Helper()
	s := story{}
	s.body("discovery", b.exchange(http.MethodGet, b.p.Issuer()+"/.well-known/openid-configuration", nil))
	s.body("jwks", b.exchange(http.MethodGet, b.p.Issuer()+"/keys", nil))

	back := b.signIn(authParams())
	s["authorize.status"] = strconv.Itoa(back.StatusCode)
	s.params("authorize", back.redirect(), map[string]string{"code": "<code>"})
	code := back.redirect().Get("code")
	if code == "" {
		// A fault kept the code back: the rest of the story has one anyway.
		code = "none"
	}
	start := time.Now()
	r := b.exchange(http.MethodPost, b.p.Issuer()+"/swap", codeForm(code), "Authorization", basicHeader(basicClient()))
	s["token.seconds"] = fmt.Sprint(time.Since(start).Seconds())
	s.body("token", r)
	if r.Response == nil {
		return s
	}
	var answer struct {
		ID     string `json:"id_token"`
		Access string `json:"access_token"`
	}
	// Not every answer is JSON; the rest of the story is then shorter.
	_ = json.Unmarshal([]byte(r.Text), &answer)
	if answer.ID != "" {
		s.idToken(t, b.p.Keys(), start, answer.ID, answer.Access)
	}
	if answer.Access != "" {
		s.body("userinfo", b.exchange(http.MethodGet, b.p.Issuer()+"/who", nil, "Authorization", "Bearer "+answer.Access))
	}
	out := b.post("/leave", url.Values{
		"client_id": {"shop"}, "post_logout_redirect_uri": {"http://shop.test/bye"},
		"state": {"so-1"}, "confirmed": {"yes"},
	})
	s["end_session.status"] = strconv.Itoa(out.StatusCode)
	s["end_session.location"], _, _ = strings.Cut(out.Header.Get("Location"), "?")
	s.params("end_session", out.redirect(), nil)
	return s
}

// exchange is one request that may go unanswered.
func (b *browser) exchange(method, target string, form url.Values, header ...string) reply {
	b.t.Helper()
	resp, err := b.c.Do(request(b.t, method, target, form, header...))
	if err != nil {
		return reply{Err: err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{resp, string(text), err}
}

func (s story) body(place string, r reply) {
	if r.Response == nil {
		s[place+".status"] = r.Err.Error()
		return
	}
	s[place+".status"] = strconv.Itoa(r.StatusCode)
	s[place+".type"] = r.Header.Get("Content-Type")
	if r.Err != nil {
		s[place+".end"] = r.Err.Error()
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(r.Text), &members) != nil {
		s[place+".text"] = r.Text
		return
	}
	for name, v := range members {
		if place == "token" && strings.HasSuffix(name, "_token") {
			v = json.RawMessage("<token>")
		}
		s[place+"."+name] = string(v)
	}
}

func (s story) params(place string, v url.Values, replaced map[string]string) {
	for name, values := range v {
		text := strings.Join(values, ",")
		if r, ok := replaced[name]; ok {
			text = r
		}
		s[place+"?"+name] = text
	}
}

func (s story) idToken(t *testing.T, ring *keys.Ring, start time.Time, raw, access string) {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("ID token of %d parts", len(parts))
	}
	for i, place := range []string{"id_token.header.", "id_token."} {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(unbase64(t, parts[i]), &members); err != nil {
			t.Fatal(err)
		}
		for name, v := range members {
			text := string(v)
			switch {
			case name == "sid", name == "jti":
				text = "<random>"
			case name == "at_hash" && text == `"`+token.Hash(keys.RS256, access)+`"`:
				text = "<hash>"
			case name == "exp", name == "iat", name == "nbf", name == "auth_time":
				text = since(t, start, text)
			}
			s[place+name] = text
		}
	}
	s["id_token.signed"] = signedBy(t, ring, parts)
}

// since is a NumericDate as a duration. On a fake clock it is exact.
func since(t *testing.T, start time.Time, text string) string {
	t.Helper()
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Unix(seconds, 0).Sub(start).String()
}

// signedBy finds out, without the product's own signing code, which key a
// token's signature verifies with.
func signedBy(t *testing.T, ring *keys.Ring, parts []string) string {
	t.Helper()
	sig := unbase64(t, parts[2])
	if len(sig) == 0 {
		return "nobody"
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	for name, find := range map[string]func(string) (*keys.Key, error){"published": ring.Signing, "rogue": ring.Rogue} {
		for _, alg := range []string{keys.RS256, keys.ES256} {
			k, err := find(alg)
			if err != nil {
				t.Fatal(err)
			}
			if verifies(k.Public(), sum[:], sig) {
				return name + " " + alg
			}
		}
	}
	rs, err := ring.Signing(keys.RS256)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := rs.PublicPEM()
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(parts[0] + "." + parts[1]))
	if hmac.Equal(mac.Sum(nil), sig) {
		return "public key as secret"
	}
	return "no key, " + strconv.Itoa(len(sig)) + " bytes"
}

func verifies(public crypto.PublicKey, sum, sig []byte) bool {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum, sig) == nil
	case *ecdsa.PublicKey:
		return len(sig) == 64 && ecdsa.Verify(k, sum, new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
	default:
		return false
	}
}

func unbase64(t *testing.T, s string) []byte {
	t.Helper()
	out, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// changes lists what differs, as "name: old -> new", sorted.
func (s story) changes(to story) []string {
	var out []string
	for name, old := range s {
		if now, ok := to[name]; !ok {
			out = append(out, name+" gone")
		} else if now != old {
			out = append(out, name+": "+old+" -> "+now)
		}
	}
	for name, now := range to {
		if _, ok := s[name]; !ok {
			out = append(out, name+" new: "+now)
		}
	}
	slices.Sort(out)
	return out
}
