package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"heddle.dev/platform/generator/internal/cache"
	"heddle.dev/platform/generator/internal/cmd"
	"heddle.dev/platform/generator/internal/synthetic"
)

// BenchmarkGenerate measures generating synthetic fleets of this repository's
// own models: cold, when nothing is there yet and nothing is in the cache, and
// again, when nothing changed.
// cpu-s/op is CPU time of the process, which other work on the machine changes
// less than wall time.
func BenchmarkGenerate(b *testing.B) {
	for _, n := range []int{10, 50, 200} {
		dir := b.TempDir()
		if err := synthetic.Fleet(dir, "../../..", n); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("clusters=%d/cold", n), func(b *testing.B) {
			measure(b, func() {
				b.StopTimer()
				removeGenerated(b, dir)
				b.StartTimer()
				heddle(b, "generate", "--root", dir)
			})
		})
		b.Run(fmt.Sprintf("clusters=%d/unchanged", n), func(b *testing.B) {
			b.Setenv(cache.Variable, b.TempDir())
			heddle(b, "generate", "--root", dir)
			measure(b, func() { heddle(b, "generate", "--root", dir) })
		})
	}
}

// TestSyntheticFleet proves that the fleets that are measured are sound.
func TestSyntheticFleet(t *testing.T) {
	dir := t.TempDir()
	if err := synthetic.Fleet(dir, "../../..", 8); err != nil {
		t.Fatal(err)
	}
	heddle(t, "generate", "--root", dir)
	for _, file := range []string{"s0000/flux-system/sync.yaml", "s0007/infrastructure/cluster.yaml", "mgmt/fleet/cluster-s0003.yaml"} {
		if _, err := os.Stat(filepath.Join(dir, "clusters", file)); err != nil {
			t.Error(err)
		}
	}
}

func heddle(tb testing.TB, args ...string) {
	tb.Helper()
	var out bytes.Buffer
	if code := cmd.Run(tb.Context(), args, nil, &out, &out); code != 0 {
		tb.Fatalf("heddle %v: exit code %d\n%s", args, code, out.String())
	}
}

func measure(b *testing.B, run func()) {
	before := cpuSeconds(b)
	for b.Loop() {
		run()
	}
	b.ReportMetric((cpuSeconds(b)-before)/float64(b.N), "cpu-s/op")
}

func cpuSeconds(b *testing.B) float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

// removeGenerated leaves of a fleet's clusters only what people write.
func removeGenerated(b *testing.B, dir string) {
	b.Helper()
	dirs, err := filepath.Glob(filepath.Join(dir, "clusters/*/*/"))
	if err != nil {
		b.Fatal(err)
	}
	for _, d := range dirs {
		if filepath.Base(d) == "cluster.cue" || filepath.Base(d) == "flux" {
			continue
		}
		if err := os.RemoveAll(d); err != nil {
			b.Fatal(err)
		}
	}
}
