package check

// Profile names a set of checks.
type Profile string

// The profiles. Which checks they hold is said where the checks are.
const (
	// ProfileBasic is what a certified basic relying party must pass.
	ProfileBasic Profile = "basic"
	// ProfileRelease is what to run before each release; the default.
	ProfileRelease Profile = "release"
	// ProfileSecurity is what protects customers against attackers.
	ProfileSecurity Profile = "security"
	// ProfileFull is every check.
	ProfileFull Profile = "full"
)

// Profiles are all of them.
func Profiles() []Profile {
	return []Profile{ProfileBasic, ProfileRelease, ProfileSecurity, ProfileFull}
}
