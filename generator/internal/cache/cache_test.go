package cache_test

import (
	"os"
	"path/filepath"
	"testing"

	"heddle.dev/platform/generator/internal/cache"
)

func TestCache(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(cache.Variable, dir)
	c := cache.Open("/a/repository")
	if _, ok := c.Get("x", cache.Key{1}); ok {
		t.Error("an empty cache has something")
	}
	c.Put("x", cache.Key{1}, []byte("one"))
	if got, ok := c.Get("x", cache.Key{1}); !ok || string(got) != "one" {
		t.Errorf("got %q, %v", got, ok)
	}
	if _, ok := c.Get("x", cache.Key{2}); ok {
		t.Error("another key gives the same result")
	}
	if _, ok := cache.Open("/another/repository").Get("x", cache.Key{1}); ok {
		t.Error("another repository gives the same result")
	}
	c.Put("x", cache.Key{2}, []byte("two"))
	if files, _ := filepath.Glob(filepath.Join(dir, "*/*")); len(files) != 1 {
		t.Errorf("%d files are kept for one name: %v", len(files), files)
	}
	t.Setenv(cache.Variable, "off")
	off := cache.Open("/a/repository")
	off.Put("x", cache.Key{1}, []byte("one"))
	if _, ok := off.Get("x", cache.Key{1}); ok {
		t.Error("a cache that is off keeps something")
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	c.Put("x", cache.Key{3}, nil) // its folder is gone: nothing is kept, and nothing fails
}
