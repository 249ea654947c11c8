// Copyright: (c) 2026, sitemesh.skupper contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Command clientcmd says what kubectl makes of kubeconfigs: it reads questions as lines of JSON and answers each with a line.
// Nothing is sent to any server, and no credential plugin is run.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"

	_ "k8s.io/client-go/plugin/pkg/client/auth" // what kubectl has of auth-providers
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// question is a list of kubeconfig files as in KUBECONFIG, and a context unless the current one is meant.
type question struct {
	Files   []string `json:"files"`
	Context string   `json:"context"`
}

// answer is what kubectl would do, or why it would do nothing.
type answer struct {
	Error     string `json:"error,omitempty"`
	Server    string `json:"server,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	TLSName   string `json:"tls_name,omitempty"`
	Insecure  bool   `json:"insecure,omitempty"`
	CA        []byte `json:"ca,omitempty"`
	Proxy     string `json:"proxy,omitempty"`
	As        string `json:"as,omitempty"`
	Login     login  `json:"login"`
}

// login is how kubectl would log in; all of it false is an anonymous request.
type login struct {
	Token       bool `json:"token,omitempty"`
	Basic       bool `json:"basic,omitempty"`
	Certificate bool `json:"certificate,omitempty"`
	Exec        bool `json:"exec,omitempty"`
	Provider    bool `json:"provider,omitempty"`
}

func main() {
	log.SetFlags(0)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		found, err := look(asked)
		if err != nil {
			found = &answer{Error: err.Error()}
		}
		if err := answers.Encode(found); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func look(asked question) (found *answer, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			found, err = nil, fmt.Errorf("panic: %v", panicked)
		}
	}()
	rules := &clientcmd.ClientConfigLoadingRules{Precedence: asked.Files}
	loaded := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: asked.Context})
	config, err := loaded.ClientConfig()
	if err != nil {
		return nil, err
	}
	namespace, _, err := loaded.Namespace()
	if err != nil {
		return nil, err
	}
	server, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return nil, err
	}
	if _, err := rest.TransportFor(config); err != nil {
		return nil, err
	}
	// Go's client logs in with what a URL holds unless something else does.
	byURL := server.User != nil && config.BearerToken == "" && config.ExecProvider == nil && config.AuthProvider == nil
	found = &answer{
		Server:    server.String(),
		Namespace: namespace,
		TLSName:   config.ServerName,
		Insecure:  config.Insecure,
		CA:        config.CAData,
		As:        config.Impersonate.UserName,
		Login: login{
			Token:       config.BearerToken != "",
			Basic:       config.Username != "" || byURL,
			Certificate: config.CertFile != "" || len(config.CertData) > 0,
			Exec:        config.ExecProvider != nil,
			Provider:    config.AuthProvider != nil,
		},
	}
	if config.Proxy != nil {
		proxy, err := config.Proxy(&http.Request{URL: server})
		if err != nil {
			return nil, err
		}
		found.Proxy = proxy.String()
	}
	return found, nil
}
