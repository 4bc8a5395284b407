package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	generate "github.com/invopop/jsonschema"
	validate "github.com/santhosh-tekuri/jsonschema/v6"

	"heddle.dev/platform/generator/internal/snapshot"
)

const (
	schemaFile = "../../../docs/reference/plan.schema.json"
	pageFile   = "../../../docs/reference/plan.md"
)

// TestSchema makes docs/reference/plan.schema.json from the Go types; -update writes it.
func TestSchema(t *testing.T) {
	golden(t, schemaFile, string(schema(t)))
}

func schema(t *testing.T) []byte {
	t.Helper()
	r := &generate.Reflector{Anonymous: true, ExpandedStruct: true, Mapper: enums}
	// The comments are those of the sources, in the folders of their packages.
	t.Chdir("../../..")
	for _, dir := range []string{"generator/internal/plan", "generator/internal/snapshot"} {
		if err := r.AddGoComments("heddle.dev/platform", dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir("generator/internal/plan")
	s := r.Reflect(&Plan{})
	s.Title = "What heddle plan -o json prints"
	if version, ok := s.Properties.Get("apiVersion"); ok {
		version.Const = APIVersion
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

// enums lists the values of types that have few.
func enums(t reflect.Type) *generate.Schema {
	s := &generate.Schema{Type: "string"}
	switch t {
	case reflect.TypeFor[Action]():
		for _, a := range actions {
			s.Enum = append(s.Enum, a)
		}
		s.Description = "What happens to an object."
	case reflect.TypeFor[RiskKind]():
		for i := range riskKinds {
			s.Enum = append(s.Enum, riskKinds[len(riskKinds)-1-i])
		}
		s.Description = "A kind of risk, the gravest first."
	default:
		return nil
	}
	return s
}

// valid fails unless the JSON of a plan is as the schema says.
func valid(t *testing.T, p *Plan) {
	t.Helper()
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	document, err := validate.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := validate.NewCompiler()
	if err := compiler.AddResource("plan.schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := compiler.Compile("plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := validate.UnmarshalJSON(bytes.NewReader(marshal(t, p)))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(value); err != nil {
		t.Errorf("%#v", err)
	}
}

// TestPlansAreAsTheSchemaSays validates plans that have everything, and nothing.
func TestPlansAreAsTheSchemaSays(t *testing.T) {
	valid(t, richPlan(t))
	valid(t, Compare("base", "head", comparison(t, ``, ``)))
	valid(t, Compare("base", "head", comparison(t, `{kind: X, metadata: {name: a}, v: null}`, `{kind: X, metadata: {name: a}, v: [1, {a: b}]}`)))
}

// TestPage keeps docs/reference/plan.md true: its tables name every action and
// kind of risk, and its example is what is printed; -update writes the example.
func TestPage(t *testing.T) {
	data, err := os.ReadFile(pageFile)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for _, a := range actions {
		if !strings.Contains(page, fmt.Sprintf("\n| `%s` |", a)) {
			t.Errorf("%s does not tell of the action %s", filepath.Base(pageFile), a)
		}
	}
	for _, kind := range riskKinds {
		if row := fmt.Sprintf("\n| `%s` | %s |", kind, map[bool]string{true: "yes", false: "no"}[kind.Destructive()]); !strings.Contains(page, row) {
			t.Errorf("%s lacks the row%s", filepath.Base(pageFile), row)
		}
	}
	example := exampleOf(t)
	block := regexp.MustCompile("(?s)(<!-- example: TestPage writes it -->\n```json\n).*?(```\n)")
	golden(t, pageFile, string(block.ReplaceAllFunc(data, func(found []byte) []byte {
		parts := block.FindSubmatch(found)
		return bytes.Join([][]byte{parts[1], example, parts[2]}, nil)
	})))
}

// exampleOf is the plan of a team's quota that grows and a network policy that goes, in one cluster.
func exampleOf(t *testing.T) []byte {
	t.Helper()
	quota := func(cpu string) string {
		return `{apiVersion: v1, kind: ResourceQuota, metadata: {name: quota, namespace: payments}, spec: {hard: {requests.cpu: "` + cpu + `"}}}`
	}
	c := comparison(t, quota("20")+"\n---\n"+strings.ReplaceAll(networkPolicy(``), "{name: p, namespace: n}", "{name: default-deny, namespace: payments}"), quota("40"))
	cluster := c.Clusters["c"]
	cluster.Name, cluster.Model, cluster.Backend = "prod-eu", "web", "eks"
	c.Clusters = map[string]snapshot.Cluster{"prod-eu": cluster}
	for _, side := range [][]snapshot.Object{c.Base, c.Head} {
		for i := range side {
			o := &side[i]
			o.Cluster, o.About, o.Part, o.File = "prod-eu", "prod-eu", "workspace/payments", "clusters/production/prod-eu/workspaces/payments/quota.yaml"
			if o.Value["kind"] == "NetworkPolicy" {
				o.File = strings.Replace(o.File, "quota", "network", 1)
			}
		}
	}
	c.Input = []string{"clusters/production/prod-eu/cluster.cue"}
	return marshal(t, Compare("6d1f9a7c3be24a3f86d1f9a7c3be24a3f86d1f9a", "", c))
}
