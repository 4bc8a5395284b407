package cmd

import "github.com/spf13/cobra"

func newNew(a *app) *cobra.Command { return &cobra.Command{Use: "new"} }
