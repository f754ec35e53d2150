package vendor

import "testing"

func TestEveryProfileIsRead(t *testing.T) {
	for _, name := range Names() {
		p, err := ByName(name)
		if err != nil {
			t.Error(err)
		}
		if p.Name != name || p.Title == "" {
			t.Errorf("%s.yaml says name %q, title %q", name, p.Name, p.Title)
		}
	}
	if _, err := ByName("oktta"); err == nil {
		t.Error("a profile that there is not")
	}
}
