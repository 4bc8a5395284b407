package snapshot_test

import (
	"bytes"
	"strings"
	"syscall"
	"testing"

	"heddle.dev/platform/generator/internal/cmd"
	"heddle.dev/platform/generator/internal/synthetic"
)

// BenchmarkPlan measures plans of changes of a synthetic fleet of 500 clusters
// of this repository's own models, and generating that fleet cold. cpu-s/op is
// the CPU time of heddle and of the git that it asks, which other work on the
// machine changes less than wall time.
func BenchmarkPlan(b *testing.B) {
	const clusters = 500
	dir := b.TempDir()
	if err := synthetic.Fleet(dir, "../../..", clusters); err != nil {
		b.Fatal(err)
	}
	r := &repo{t: b, root: dir, dir: dir}
	r.git("init", "--quiet", "--initial-branch=main")
	r.write(".gitignore", "") // the fleet is all there is
	cold := cpu(b, func() { generate(b, dir) })
	b.Run("generate-cold", func(b *testing.B) {
		for b.Loop() { // it is measured once, on an empty folder
		}
		b.ReportMetric(cold, "cpu-s/op")
	})
	r.commit("fleet")
	m := &mutator{repo: r}
	for _, change := range []struct{ name, file, old, new string }{
		{"nothing", "models/standard/model.cue", "#Model", "#Model"},
		{"one-cluster", "clusters/s0007/cluster.cue", "replicas: 2", "replicas: 3"},
		{"models-standard", "models/standard/model.cue", `version: *"v1.34.4"`, `version: *"v1.34.5"`},
	} {
		text := m.read(change.file)
		if !strings.Contains(text, change.old) {
			b.Fatalf("%s has no %s", change.file, change.old)
		}
		m.write(change.file, strings.ReplaceAll(text, change.old, change.new))
		generate(b, dir)
		for _, form := range []string{"text", "json", "html"} {
			b.Run(change.name+"/"+form, func(b *testing.B) {
				used, n := 0.0, 0
				for b.Loop() {
					used += cpu(b, func() { planned(b, dir, form) })
					n++
				}
				b.ReportMetric(used/float64(n), "cpu-s/op")
			})
		}
		m.git("checkout", "--quiet", "--", ".")
	}
}

// planned runs heddle plan as a person would.
func planned(b *testing.B, dir, form string) {
	b.Helper()
	var out bytes.Buffer
	if code := cmd.Run(b.Context(), []string{"plan", "--root", dir, "--base", "HEAD", "--allow-destructive", "-o", form}, nil, &out, &out); code != 0 && code != 2 {
		b.Fatalf("exit code %d\n%s", code, out.String())
	}
}

// cpu gives the CPU seconds that something takes, in this process and those that it starts.
func cpu(b *testing.B, run func()) float64 {
	b.Helper()
	seconds := func() float64 {
		sum := 0.0
		for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
			var usage syscall.Rusage
			if err := syscall.Getrusage(who, &usage); err != nil {
				b.Fatal(err)
			}
			for _, t := range []syscall.Timeval{usage.Utime, usage.Stime} {
				sum += float64(t.Sec) + float64(t.Usec)/1e6
			}
		}
		return sum
	}
	before := seconds()
	run()
	return seconds() - before
}
