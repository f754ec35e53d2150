package harness

import (
	"net"
	"net/url"
	"strings"
)

// ForeignSpellings are spellings of an address of another site, the families
// that shops were fooled with, the shop's own address among them: a site that
// answers at host, and a shop at base.
func ForeignSpellings(host, base string) []string {
	own, err := url.Parse(base)
	if err != nil {
		return nil
	}
	name, port, err := net.SplitHostPort(own.Host)
	if err != nil {
		name = own.Host
	}
	var list []string
	for _, form := range []string{
		"http://HOST/", "//HOST/", "///HOST/", `/\HOST/`, `\\HOST/`, "/\t/HOST/", "/%09/HOST/", "/%2f%2fHOST/", "http:/HOST/", "http:HOST/",
		"http:///HOST/", `/./\HOST/`, "/;@HOST/", "javascript:location='http://HOST/'",
		"https://HOST/", "////HOST/", `/\/HOST/`, `\/HOST/`, `/%5cHOST/`, "/%0d/HOST/", "/%0a/HOST", "/\r\n/HOST/", `/.\HOST`, "/..//HOST",
		"/%2e%2e//HOST", "https:HOST", "https:/HOST", "http:\\\\HOST/", " //HOST/", "%20//HOST/", "//HOST%2f..", "//HOST#OWN", "//HOST?OWN",
		"http://OWN@HOST/", "http://OWN%40HOST/", "http://OWN%00.HOST/", `http://HOST\@OWN/`, "http://HOST/OWN", "http://OWN.HOST/", "http://evil-OWN/",
		"http://NAME.evil.example/", "http://NAME:1/", "ftp://OWN/", "http://2130706433/", "http://0177.0.0.1:1/", "http://[::1]:1/",
		"\u3035HOST", "//\u3002HOST", "//evil\u3002example/", "http://NAME\uff0eevil.example/",
		"JaVaScRiPt:location='//HOST/'", "java\tscript:alert(1)", "data:text/html,<script>location='http://HOST/'</script>", "vbscript:msgbox(1)", "blob:http://HOST/x",
	} {
		list = append(list, strings.NewReplacer("HOST", host, "OWN", own.Host, "NAME", name, "PORT", port).Replace(form))
	}
	return append(list, "http://"+host+"/"+strings.Repeat("a", 10_000))
}

// Shortened is an address as a title shows it.
func Shortened(address string) string {
	if len(address) > 100 {
		return address[:100] + "..."
	}
	return address
}
