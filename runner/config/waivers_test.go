package config

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestParseWaivers(t *testing.T) {
	got, err := ParseWaivers("w.yaml", []byte(`
waivers:
  - {check: idtoken.not-yet-valid, reason: the module does not look at nbf, owner: platform, until: 2027-03-31}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Waiver{{
		Check: "idtoken.not-yet-valid", Reason: "the module does not look at nbf", Owner: "platform",
		Until: time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC), Line: 3,
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, err := ParseWaivers("w.yaml", nil); err != nil || got != nil {
		t.Errorf("an empty file: %v, %v", got, err)
	}
}

func TestParseWaiversNamesEveryProblem(t *testing.T) {
	_, err := ParseWaivers("w.yaml", []byte(`waivers:
  - {check: idtoken.*, reason: "", until: soon}
  - {check: a.b, reason: r, owner: o, until: 2027-03-31, becuase: x}
  - {check: a.b, reason: r, owner: o, until: 2027-02-30}
  - none
`))
	want := `w.yaml:2:5: a waiver lacks "owner"
w.yaml:2:13: "idtoken.*" is not the ID of one check such as "idtoken.audience-other"
w.yaml:2:32: must not be empty
w.yaml:2:43: must be a day such as 2027-03-31, not "soon"
w.yaml:3:58: unknown key "becuase"; known: check, reason, owner, until
w.yaml:4:5: "a.b" is waived on line 3 already
w.yaml:4:46: must be a day such as 2027-03-31, not "2027-02-30"
w.yaml:5:5: a waiver must be a mapping of keys to values, not text`
	var problems Problems
	if !errors.As(err, &problems) || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
