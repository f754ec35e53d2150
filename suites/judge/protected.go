package judge

import (
	"html"
	"regexp"
	"strings"
)

var (
	noText = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)>|<!--.*?-->`)
	tag    = regexp.MustCompile(`(?s)<[^>]*>|[\r\n]+`)
)

// telling is the length from which on a text of a page tells which page it is.
const telling = 12

// texts are the texts of a page between its tags that are long enough to tell,
// or all that there is of a page that has none.
func texts(page []byte) []string {
	var list, all []string
	for _, piece := range tag.Split(noText.ReplaceAllString(string(page), "\n"), -1) {
		piece = strings.Join(strings.Fields(html.UnescapeString(piece)), " ")
		if len(piece) >= telling {
			list = append(list, piece)
		}
		if piece != "" {
			all = append(all, piece)
		}
	}
	if len(list) == 0 && len(all) > 0 {
		return []string{strings.Join(all, " ")}
	}
	return list
}

// NotShown decides whether an answer to somebody without a session shows a
// text of a page for customers. Public are pages that anybody may see.
func NotShown(what string, answer, customers []byte, public ...[]byte) Finding {
	own := 0
	shown := strings.Join(texts(answer), "\n")
	for _, text := range texts(customers) {
		if containsAny(text, public) {
			continue
		}
		own++
		if strings.Contains(shown, text) {
			return Fail("%s is answered with a part of the page for customers: %q.", what, text)
		}
	}
	if own == 0 {
		return Undecided("The page for customers has no text that public pages lack, so nobody can tell whether it is shown.")
	}
	return Pass("%s is answered with nothing of the page for customers.", what)
}

func containsAny(text string, pages [][]byte) bool {
	for _, p := range pages {
		if strings.Contains(strings.Join(texts(p), "\n"), text) {
			return true
		}
	}
	return false
}
