// Package archtest holds the rules of the code that a compiler does not: which
// package may import which, what only certain packages may do, and how long a
// file may be. Its test applies them to the whole module.
//
// Every rule says why it exists, and has a snippet in the tests that breaks it:
// a rule that cannot fail is a defect.
package archtest
