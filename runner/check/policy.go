package check

// Choice is what a shop does where more than one way is legal.
type Choice string

// The choices. Unstated means that the shop documents none.
const (
	Unstated Choice = ""
	Refuse   Choice = "refuse"
	Accept   Choice = "accept"
)

// Policy names a choice that specifications leave to a shop. A check that a
// policy covers fails a shop only if it does otherwise than it says.
type Policy string

// UnsignedOverTLS is about an ID token from the token endpoint whose signature
// does not verify: TLS may vouch for it instead (OpenID Connect Core 1.0,
// section 3.1.3.7 (6)).
const UnsignedOverTLS Policy = "unsigned_over_tls"

// UserInfoFailure is about a sign-in whose UserInfo request fails: the ID token
// alone says who somebody is.
const UserInfoFailure Policy = "userinfo_failure"

// IDTokenAge is about an ID token that was issued long ago and has not expired
// (OpenID Connect Core 1.0, section 3.1.3.7 (10)).
const IDTokenAge Policy = "old_issue_time"

// AccessTokenHash is about an at_hash that does not fit the access token, with
// the code flow, where looking at it is optional (OpenID Connect Core 1.0,
// section 3.1.3.8).
const AccessTokenHash Policy = "access_token_hash"

// AnswerType is about a token response that does not say that it is JSON (RFC
// 6749, section 5.1).
const AnswerType Policy = "answer_type"

// FrontChannelByCookie is about a front-channel logout whose frame the browser
// sends no cookies into (OpenID Connect Front-Channel Logout 1.0, section 4.1):
// it may have no effect.
const FrontChannelByCookie Policy = "front_channel_by_cookie"

// GuessLimit is about session IDs and states that are guessed one after the
// other: a shop may turn the guesses away, or answer each of them, since none
// can be right.
const GuessLimit Policy = "guess_limit"

// AllPolicies are the policies that a target can state.
func AllPolicies() []Policy {
	return []Policy{UnsignedOverTLS, UserInfoFailure, IDTokenAge, AccessTokenHash, FrontChannelByCookie, AnswerType, GuessLimit}
}

// Policies are what a shop documents.
type Policies map[Policy]Choice
