package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/sync/errgroup"

	"heddle.dev/platform/generator/internal/cache"
	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/load"
	"heddle.dev/platform/generator/internal/resolve"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/validate"
)

const (
	// batchSize is how many clusters share one CUE context: enough to share what
	// they have in common, few enough to give the memory back.
	batchSize = 32
	// longRun is how many clusters it takes for a person to want to see progress.
	longRun = 50
)

// read leads the input through load, validate and resolve. The fleet is whole
// only when there are no problems.
func (a *app) read(ctx context.Context, root *os.Root) (*fleet.Fleet, diagnostics.List, error) {
	tree, problems, err := load.Load(ctx, root)
	if err != nil {
		return nil, nil, err
	}
	var sound []*source.Cluster
	for _, c := range tree.Clusters {
		if !c.Broken {
			sound = append(sound, c)
		}
	}
	repository, err := filepath.Abs(root.Name())
	if err != nil {
		return nil, nil, err
	}
	r := &reading{tree: tree, progress: a.progress(len(sound)), cache: cache.Open(repository)}
	workers := runtime.GOMAXPROCS(0)
	size := min(batchSize, max(1, (len(sound)+workers-1)/workers))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for batch := range slices.Chunk(sound, size) {
		group.Go(func() error { return r.batch(ctx, batch) })
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(r.fleet.Clusters, func(a, b *fleet.Cluster) int { return strings.Compare(a.Name, b.Name) })
	problems = append(problems, r.problems...)
	problems = append(problems, validate.Fleet(tree, &r.fleet)...)
	return &r.fleet, problems.Sorted(), nil
}

// reading collects what the workers find.
type reading struct {
	tree     *source.Tree
	progress *progressbar.ProgressBar
	cache    cache.Cache

	mu       sync.Mutex
	fleet    fleet.Fleet
	problems diagnostics.List
}

// batch evaluates some clusters in a CUE context of their own.
func (r *reading) batch(ctx context.Context, batch []*source.Cluster) (err error) {
	current := ""
	defer func() {
		if p := recover(); p != nil {
			err = bugError{fmt.Errorf("panic in cluster %s: %v", current, p)}
		}
	}()
	if err := ctx.Err(); err != nil {
		return err
	}
	batch, err = r.unknown(batch)
	if err != nil || len(batch) == 0 {
		return err
	}
	for _, evaluated := range r.tree.Evaluate(batch) {
		current = evaluated.Name
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.cluster(evaluated); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) cluster(evaluated source.Evaluated) error {
	problems := validate.Cluster(evaluated)
	var resolved *fleet.Cluster
	if len(problems) == 0 {
		c, err := resolve.Cluster(evaluated)
		if err != nil {
			return bugError{err}
		}
		resolved = c
		if data, err := json.Marshal(c); err == nil {
			r.cache.Put(evaluated.Dir, r.tree.Fingerprint(evaluated.Cluster), data)
		}
	}
	return r.add(resolved, problems)
}

// unknown takes from the cache what did not change, and gives the clusters that are left.
func (r *reading) unknown(batch []*source.Cluster) ([]*source.Cluster, error) {
	var left []*source.Cluster
	for _, c := range batch {
		data, ok := r.cache.Get(c.Dir, r.tree.Fingerprint(c))
		resolved := &fleet.Cluster{Dir: c.Dir}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		if !ok || decoder.Decode(resolved) != nil {
			left = append(left, c)
			continue
		}
		if err := r.add(resolved, nil); err != nil {
			return nil, err
		}
	}
	return left, nil
}

func (r *reading) add(resolved *fleet.Cluster, problems diagnostics.List) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.problems = append(r.problems, problems...)
	if resolved != nil {
		r.fleet.Clusters = append(r.fleet.Clusters, resolved)
	}
	return r.progress.Add(1)
}

// progress shows a bar to a person who waits; otherwise it shows nothing.
func (a *app) progress(clusters int) *progressbar.ProgressBar {
	if clusters < longRun || !isTerminal(a.errOut) {
		return progressbar.DefaultSilent(int64(clusters))
	}
	return progressbar.NewOptions(clusters, progressbar.OptionSetWriter(a.errOut),
		progressbar.OptionSetDescription("clusters"), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
}
