package upstream

import (
	"strings"
	"testing"
)

func TestVerifiedDir(t *testing.T) {
	m := module{"example.com/m", "v1.2.3", "h1:pinned="}
	for _, tc := range []struct {
		name, answer, dir, err string
	}{
		{
			name:   "the pinned checksum",
			answer: `{"Dir": "/cache/m@v1.2.3", "Sum": "h1:pinned="}`,
			dir:    "/cache/m@v1.2.3",
		},
		{
			name:   "another checksum",
			answer: `{"Dir": "/cache/m@v1.2.3", "Sum": "h1:other="}`,
			err:    "example.com/m@v1.2.3 has checksum h1:other=, pinned is h1:pinned=",
		},
		{
			name:   "not served",
			answer: `{"Error": "403 Forbidden"}`,
			err:    "example.com/m@v1.2.3 cannot be downloaded: 403 Forbidden",
		},
		{
			name:   "no answer",
			answer: `go: unknown subcommand`,
			err:    "go mod download example.com/m@v1.2.3: unreadable answer",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir, err := verifiedDir(m, []byte(tc.answer))
			if dir != tc.dir {
				t.Errorf("folder is %q, want %q", dir, tc.dir)
			}
			wantError(t, err, tc.err)
		})
	}
}

// wantError fails the test unless err contains want; no want is no error.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("unexpected error: %v", err)
	case want != "" && err == nil:
		t.Errorf("no error, want %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("error is %q, want %q in it", err, want)
	}
}
