package cmd

import "github.com/spf13/cobra"

// Commands gives the command tree, for its documentation.
func Commands() *cobra.Command { return newRoot(&app{}) }
