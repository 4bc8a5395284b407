// Package browser tests what Heddle writes as HTML in a real browser. It has
// tests only, so that nothing else links what drives the browser.
package browser
