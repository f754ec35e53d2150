// Package profile says, as data, how a provider differs from the standard one:
// where its endpoints are, what its tokens have in them, and how it words its
// errors. It knows no vendor by name; the package vendor has the data of those
// that people meet.
package profile
