package catalog

import "github.com/countersign-oidc/countersign/runner/check"

// The checks of odd answers of the provider.
var (
	ResilienceTokenStatus = check.Check{
		ID: "resilience.token-status", Title: "No status but 200 of the token endpoint signs anybody in",
		Level: check.Must, Refs: []string{"NET-05", rfc6749 + "5.1"},
		Harm:   "An answer that the provider took back signs somebody in.",
		Tried:  "The token endpoint answers 502 with a page, 503 with Retry-After, 500, 404, 403, 405, 418, 204 and 201, most of them with good tokens in the body.",
		Judged: weatherJudged,
		Remedy: "Look at the status before the body: tokens come with 200 and nothing else.",
	}
	ResilienceOtherStatus = check.Check{
		ID: "resilience.other-status", Title: "Key set and UserInfo may answer with any status",
		Level: check.Must, Refs: []string{"NET-05", core + "5.3.3"},
		Harm:   "Customers see a crash because of an answer that they have nothing to do with.",
		Tried:  "Key set and UserInfo answer 503, 404, 403 and 204.",
		Judged: weatheredJudged,
		Remedy: "Look at the status before the body, and end with an error page.",
	}
	ResilienceBackoff = check.Check{
		ID: "resilience.backoff", Title: "An endpoint that is unavailable is not pressed",
		Level: check.Must, Refs: []string{"NET-05", "RFC 9110, 10.2.3"},
		Harm:   "The shop's own requests keep a provider down that is about to come back.",
		Tried:  "Token endpoint, key set and UserInfo answer 503 and ask for two minutes.",
		Judged: "Passes if one sign-in makes at most three requests to each.",
		Remedy: "Do not retry within a sign-in; where you do, once, and heed Retry-After.",
	}
	ResilienceHTMLAnswer = check.Check{
		ID: "resilience.html-answer", Title: "A page of the provider in place of an answer is refused and not shown",
		Level: check.Must, Refs: []string{"NET-06", "SEC-33", rfc6749 + "5.1"},
		Harm:   "Customers see a page of the provider's inside within the shop, or a crash.",
		Tried:  "Token endpoint, key set and UserInfo answer 200 with the HTML page of a sign-in.",
		Judged: "Passes if no session comes of it (with UserInfo, none of somebody else), the page is no crash and shows nothing of that page, and the next sign-in works.",
		Remedy: "Check the Content-Type and the JSON, and never put what the provider answered into a page.",
	}
	ResilienceTypeWithCharset = check.Check{
		ID: "resilience.type-with-charset", Title: "A charset beside application/json is accepted",
		Level: check.Must, Refs: []string{"NET-07", "RFC 8259, 11"},
		Harm:   "Nobody can sign in after an update of the provider or of a proxy.",
		Tried:  "Token endpoint, key set and UserInfo say application/json; charset=utf-8.",
		Judged: "Passes if the sign-ins work.",
		Remedy: "Parse the media type and compare it without its parameters.",
	}
	ResilienceTypeOther = check.Check{
		ID: "resilience.type-other", Title: "Token responses of another media type are treated as the shop documents",
		Level: check.Must, Policy: check.AnswerType, Refs: []string{"NET-07", rfc6749 + "5.1"},
		Harm:   "An answer that was never meant as tokens is read as tokens.",
		Tried:  "The token endpoint says no media type, text/plain, or sends a form in place of JSON.",
		Judged: "Passes if no session comes of it, unless policies.answer_type says accept.",
		Remedy: "Refuse token responses that are not application/json.",
	}
	ResilienceTokenNotJSON = check.Check{
		ID: "resilience.token-not-json", Title: "A token response that is no JSON object is refused",
		Level: check.Must, Refs: []string{"NET-08", "RFC 8259, 2"},
		Harm:   "Two readers of one answer see different tokens: what one of them checked is not what the other uses.",
		Tried:  "The token response has a byte order mark, is UTF-16 or no UTF-8, has a second object or a comment around it, single quotes or NaN.",
		Judged: weatherJudged,
		Remedy: "Use a strict JSON parser on the whole body.",
	}
	ResilienceOthersNotJSON = check.Check{
		ID: "resilience.others-not-json", Title: "Key sets and profiles that are no JSON objects do no harm",
		Level: check.Must, Refs: []string{"NET-08", "RFC 8259, 2"},
		Harm:   "A broken answer of the provider shows customers a crash.",
		Tried:  "Key set and UserInfo have something in front or behind, or are not UTF-8.",
		Judged: weatheredJudged,
		Remedy: "Use a strict JSON parser on the whole body, and end with an error page.",
	}
	ResilienceDeepJSON = check.Check{
		ID: "resilience.deep-json", Title: "Answers that are dear to read do not stop the shop",
		Level: check.Must, Refs: []string{"NET-09", "CVE-2025-53864"},
		Harm:   "One answer takes the shop down for everybody.",
		Tried:  "Token endpoint, key set and UserInfo answer with 100,000 arrays in one another, with a list of as many elements, and with a text of 500,000 characters, while another customer signs in.",
		Judged: "Passes if the pages are no crash, nobody else is signed in, and the other customer is served meanwhile.",
		Remedy: "Bound the size and the depth of the JSON that you read.",
	}
	ResilienceCompressed = check.Check{
		ID: "resilience.compressed", Title: "Compressed answers are read where the shop asks for them",
		Level: check.Must, Refs: []string{"NET-10", "RFC 9110, 12.5.3"},
		Harm:   "Nobody can sign in once the provider or a proxy compresses its answers.",
		Tried:  "Token endpoint, key set and UserInfo compress their answers with gzip.",
		Judged: "Passes if the sign-ins work, or if the shop's requests do not ask for gzip.",
		Remedy: "Leave Accept-Encoding to the HTTP client, which then undoes the coding by itself.",
	}
	ResilienceChunked = check.Check{
		ID: "resilience.chunked", Title: "Answers in chunks are accepted",
		Level: check.Must, Refs: []string{"NET-18", "RFC 9112, 7.1"},
		Harm:   "Nobody can sign in once the provider is behind another proxy.",
		Tried:  "Token endpoint, key set and UserInfo send their answers in chunks, without saying their length.",
		Judged: "Passes if the sign-ins work.",
		Remedy: "Do not demand a Content-Length; bound what you read instead.",
	}
	ResilienceOversized = check.Check{
		ID: "resilience.oversized", Title: "Answers of tens of megabytes are cut off",
		Level: check.Should, Refs: []string{"NET-10", "NET-11", "CVE-2024-28180"},
		Harm:   "A provider that was broken into, or a proxy gone wrong, fills the memory of the shop.",
		Tried:  "Token endpoint, key set and UserInfo answer with 16 MiB in a few KiB of gzip, and with as much without a length.",
		Judged: "Passes if no session comes of such an answer, and the next sign-in works.",
		Remedy: "Read at most about a megabyte, counted after decompression.",
	}
	ResilienceManyHeaders = check.Check{
		ID: "resilience.many-headers", Title: "Large headers of the provider do not stop the shop",
		Level: check.Must, Refs: []string{"NET-11", "RFC 9110, 5.4"},
		Harm:   "One answer takes the shop down for everybody.",
		Tried:  "Token endpoint, key set and UserInfo send 5000 header fields, and one of 2 MiB, while another customer signs in.",
		Judged: "Passes if the pages are no crash, nobody else is signed in, and the other customer is served meanwhile.",
		Remedy: "Keep the bounds of your HTTP client for headers, and treat what exceeds them as an outage.",
	}
	ResilienceProviderCookies = check.Check{
		ID: "resilience.provider-cookies", Title: "Cookies that the provider sets in answers to the shop stay there",
		Level: check.Must, Refs: []string{"NET-11", "RFC 6265, 5.3"},
		Harm:   "The customer's browser gets cookies of the provider's inside, which identify the shop there.",
		Tried:  "Token endpoint, key set and UserInfo set a cookie in their answers.",
		Judged: "Passes if the sign-ins work and the browser does not get the cookie from the shop.",
		Remedy: "Do not copy headers of the provider's answers into your own.",
	}
	ResilienceTokenRedirect = check.Check{
		ID: "resilience.token-redirect", Title: "Redirects of the token endpoint are not followed",
		Level: check.Must, Refs: []string{"NET-13", rfc6749 + "3.2", "CVE-2026-54603", "CVE-2026-54605"},
		Harm:   "Whoever can redirect one request gets the code and the client secret, and signs in as the customer.",
		Tried:  "The token endpoint redirects with 301, 302, 303, 307 and 308 to a foreign host that remembers what comes.",
		Judged: "Passes if no request comes there.",
		Remedy: "Turn redirects off for token requests: redirect \"manual\" in fetch, CheckRedirect with http.ErrUseLastResponse in Go.",
	}
)
