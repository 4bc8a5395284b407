package apischema

import "sync"

// lazy is a value made at the first call that succeeds. Unlike
// sync.OnceValues it forgets failures, so that a cancelled download can be
// tried again.
type lazy[T any] struct {
	mu    sync.Mutex
	made  bool
	value T
}

func (l *lazy[T]) get(make func() (T, error)) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.made {
		return l.value, nil
	}
	value, err := make()
	if err != nil {
		return value, err
	}
	l.value, l.made = value, true
	return value, nil
}

// lazyMap is a map of lazy values.
type lazyMap[K comparable, T any] struct {
	mu     sync.Mutex
	values map[K]*lazy[T]
}

func (m *lazyMap[K, T]) get(key K, make func() (T, error)) (T, error) {
	m.mu.Lock()
	if m.values == nil {
		m.values = map[K]*lazy[T]{}
	}
	if m.values[key] == nil {
		m.values[key] = &lazy[T]{}
	}
	value := m.values[key]
	m.mu.Unlock()
	return value.get(make)
}
