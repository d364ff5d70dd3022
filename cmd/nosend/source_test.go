package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSource: what no package of ours does, in files that aren't tests.
func TestSource(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, name := range p.GoFiles {
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.ParseComments)
			require.NoError(t, err)
			for _, fault := range sourceFaults(p.ImportPath, file) {
				assert.Fail(t, fault.text, "%s", files.Position(fault.at))
			}
		}
	}
}

type sourceFault struct {
	at   token.Pos
	text string
}

// sourceFaults: no init; no variable of a package that could change; no
// goroutine without an owner; no clock in the domain.
func sourceFaults(importPath string, file *ast.File) (faults []sourceFault) {
	fault := func(n ast.Node, format string, args ...any) {
		faults = append(faults, sourceFault{n.Pos(), fmt.Sprintf(format, args...)})
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			fault(f, "init hides what the program does when it starts")
		}
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR && !constant(g) {
			fault(g, "a variable of the package may change behind everybody's back")
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if g, ok := n.(*ast.GoStmt); ok && !mayStart(importPath) {
			fault(g, "%s must not start goroutines", importPath)
		}
		if c, ok := n.(*ast.CallExpr); ok && clockless(importPath) && readsClock(c) {
			fault(c, "%s must not read the clock; it is a field", importPath)
		}
		return true
	})
	return faults
}

// constant reports whether variables are never changed by their nature: an
// error, an embedded file, a key in bytes, or a check of the compiler's.
func constant(g *ast.GenDecl) bool {
	if g.Doc != nil && strings.Contains(g.Doc.List[len(g.Doc.List)-1].Text, "go:embed") {
		return true
	}
	for _, spec := range g.Specs {
		v := spec.(*ast.ValueSpec)
		if v.Names[0].Name == "_" {
			continue
		}
		for _, value := range v.Values {
			c, ok := value.(*ast.CallExpr)
			if !ok || !isSelector(c.Fun, "errors", "New") && !isBytes(c.Fun) {
				return false
			}
		}
		if len(v.Values) == 0 {
			return false
		}
	}
	return true
}

func isBytes(e ast.Expr) bool {
	a, ok := e.(*ast.ArrayType)
	if !ok || a.Len != nil {
		return false
	}
	element, ok := a.Elt.(*ast.Ident)
	return ok && element.Name == "byte"
}

func isSelector(e ast.Expr, of string, names ...string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == of && strings.Contains(" "+strings.Join(names, " ")+" ", " "+s.Sel.Name+" ")
}

// mayStart: goroutines belong to the program and to the writers of stores; the
// suite that tests stores starts some too.
func mayStart(importPath string) bool {
	return strings.HasPrefix(importPath, "cmd/") || strings.HasPrefix(importPath, "suppress/") && importPath != "suppress/classify"
}

func clockless(importPath string) bool {
	return importPath == "suppress" || importPath == "suppress/classify"
}

// readsClock is about calls: time.Now as a value is a clock to be given.
func readsClock(c *ast.CallExpr) bool {
	return isSelector(c.Fun, "time", "Now", "Since", "Until", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Sleep")
}

// TestSourceFaults: each of them is seen.
func TestSourceFaults(t *testing.T) {
	for code, want := range map[string]int{
		"func init() {}":                           1,
		"func (x y) init() {}":                     0,
		"var cache = map[string]int{}":             1,
		"var n int":                                1,
		`var ErrX, ErrY = errors.New("x"), x()`:    1,
		`var ErrX = errors.New("x")`:               0,
		`var key = []byte("key")`:                  0,
		"var _ Store = (*store)(nil)":              0,
		"//go:embed rules\nvar rules embed.FS":     0,
		"func f() { go f() }":                      1,
		"func f() { c.Clock = time.Now }":          0,
		"func f() { _ = time.Now() }":              1,
		"func f() { _ = time.Since(time.Time{}) }": 1,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+code, parser.ParseComments)
		require.NoError(t, err)
		assert.Len(t, sourceFaults("suppress", file), want, code)
	}
}
