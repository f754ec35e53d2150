package archtest

import (
	"bytes"
	"regexp"
	"unicode"
)

// The list of words is here, so here they are allowed.
const proseFile = "runner/internal/archtest/prose.go"

// boasts are words that promise what only a test can show.
var boasts = regexp.MustCompile(`(?i)\b(robust(ly|ness)?|comprehensive(ly)?|production-ready|battle-tested|blazing(ly)?|seamless(ly)?|state-of-the-art)\b`)

// emoji are the characters that are shown in colour by default, and the
// selector that asks for it. Test data can write them as \U escapes.
var emoji = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x231A, Hi: 0x231B, Stride: 1},
		{Lo: 0x23E9, Hi: 0x23F3, Stride: 1},
		{Lo: 0x2614, Hi: 0x2615, Stride: 1},
		{Lo: 0x2648, Hi: 0x2653, Stride: 1},
		{Lo: 0x26A1, Hi: 0x26A1, Stride: 1},
		{Lo: 0x26BD, Hi: 0x26D4, Stride: 1},
		{Lo: 0x26EA, Hi: 0x26FD, Stride: 1},
		{Lo: 0x2705, Hi: 0x2705, Stride: 1},
		{Lo: 0x270A, Hi: 0x270B, Stride: 1},
		{Lo: 0x2728, Hi: 0x2728, Stride: 1},
		{Lo: 0x274C, Hi: 0x274C, Stride: 1},
		{Lo: 0x274E, Hi: 0x274E, Stride: 1},
		{Lo: 0x2753, Hi: 0x2757, Stride: 1},
		{Lo: 0x2795, Hi: 0x2797, Stride: 1},
		{Lo: 0x27B0, Hi: 0x27B0, Stride: 1},
		{Lo: 0x2B50, Hi: 0x2B50, Stride: 1},
		{Lo: 0x2B55, Hi: 0x2B55, Stride: 1},
		{Lo: 0xFE0F, Hi: 0xFE0F, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F004, Hi: 0x1FAFF, Stride: 1},
	},
}

func prose() Rule {
	return Rule{
		Name:     "prose",
		Why:      "text says what a thing does; praise and pictures say nothing",
		Packages: []string{"runner/internal/archtest"},
		texts: func(t *Tree, report func(string, int, string, ...any)) {
			for _, text := range t.Texts {
				if text.Path == proseFile {
					continue
				}
				n := 0
				for line := range bytes.Lines(text.Data) {
					n++
					if word := boasts.Find(line); word != nil {
						report(text.Path, n, "the word %q", word)
					}
					if i := bytes.IndexFunc(line, func(r rune) bool { return unicode.Is(emoji, r) }); i >= 0 {
						report(text.Path, n, "an emoji")
					}
				}
			}
		},
	}
}
