// Package plain is a visitor without a browser: it opens pages, follows
// redirects, keeps cookies and sends forms, and runs no scripts. A sign-in
// costs it a few milliseconds. The self-test tries every check against every
// flaw with it, and a control user is one; what a shop's verdict rests on is
// seen in Chrome.
//
// Of scripts it knows one: a page whose only form has nothing to fill in and
// sends itself (OAuth 2.0 Form Post Response Mode, section 2) is sent.
package plain
