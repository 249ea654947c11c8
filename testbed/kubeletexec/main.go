// Copyright: (c) 2026, sitemesh.skupper contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Command kubeletexec is the part of a kubelet that runs commands in containers: the API server hands every request for
// pods/exec on to it. What is where it asks the runner of the pods, through a Unix socket.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/types"
	constants "k8s.io/apimachinery/pkg/util/remotecommand"
	client "k8s.io/client-go/tools/remotecommand"
	server "k8s.io/kubelet/pkg/cri/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

const (
	idle     = 4 * time.Hour // as kubelets have it
	creation = 30 * time.Second

	becoming  = "-become" // the argument before a command to turn into
	inherited = 3         // the file that a child finds open beside its streams
)

// place is a container, by names.
type place struct {
	Cluster   string `json:"cluster"`
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	Container string `json:"container"`
}

// process is what the runner answers: the first process of a container and its environment, or what is the matter.
type process struct {
	PID         int      `json:"pid"`
	Environment []string `json:"environment"`
	Error       string   `json:"error"`
}

// node runs commands for one cluster.
type node struct {
	cluster string
	socket  string
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == becoming {
		log.SetFlags(0)
		log.Fatal(become(os.Args[2:]))
	}
	socket := flag.String("socket", "", "where the runner of the pods answers")
	ready := flag.String("ready", "", "file to write the ports to, one for each cluster directory")
	flag.Parse()
	ports := []int{}
	failures := make(chan error)
	for _, directory := range flag.Args() {
		listener, err := listen(directory)
		if err != nil {
			log.Fatal(err)
		}
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
		here := &node{cluster: filepath.Base(directory), socket: *socket}
		handler := http.NewServeMux()
		handler.HandleFunc("/exec/{namespace}/{pod}/{container}", here.serve)
		go func() { failures <- http.Serve(listener, handler) }()
	}
	if err := announce(*ready, ports); err != nil {
		log.Fatal(err)
	}
	log.Fatal(<-failures)
}

// listen takes connections on loopback, from nobody but the API server of the cluster with this directory.
func listen(directory string) (net.Listener, error) {
	in := func(name string) string { return filepath.Join(directory, name) }
	pair, err := tls.LoadX509KeyPair(in("server.crt"), in("server.key"))
	if err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(in("ca.crt"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates:     []tls.Certificate{pair},
		ClientAuth:       tls.RequireAndVerifyClientCert,
		ClientCAs:        pool,
		VerifyConnection: onlyAPIServer,
		// SPDY takes a connection over, which HTTP/2 has no way for.
		NextProtos: []string{"http/1.1"},
	})
}

// onlyAPIServer refuses the other users of the cluster, whose certificates are of the same authority.
func onlyAPIServer(state tls.ConnectionState) error {
	if name := state.PeerCertificates[0].Subject.CommonName; name != "kube-apiserver-kubelet-client" {
		return fmt.Errorf("%s is not the API server", name)
	}
	return nil
}

func announce(path string, ports []int) error {
	text, err := json.Marshal(ports)
	if err != nil {
		return err
	}
	partial := path + ".partial"
	if err := os.WriteFile(partial, text, 0o600); err != nil {
		return err
	}
	return os.Rename(partial, path)
}

func (here *node) serve(answer http.ResponseWriter, request *http.Request) {
	options, err := server.NewOptions(request)
	if err != nil {
		http.Error(answer, err.Error(), http.StatusBadRequest)
		return
	}
	where := place{here.cluster, request.PathValue("namespace"), request.PathValue("pod"), request.PathValue("container")}
	found, err := here.find(where)
	if err != nil {
		http.Error(answer, err.Error(), http.StatusInternalServerError)
		return
	}
	command := request.URL.Query()["command"]
	server.ServeExec(answer, request, found, where.Pod, "", where.Container, command, options, idle, creation,
		constants.SupportedStreamingProtocols)
}

func (here *node) find(where place) (*process, error) {
	connection, err := net.Dial("unix", here.socket)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	if err := json.NewEncoder(connection).Encode(where); err != nil {
		return nil, err
	}
	found := &process{}
	if err := json.NewDecoder(connection).Decode(found); err != nil {
		return nil, err
	}
	if found.Error != "" {
		return nil, errors.New(found.Error)
	}
	return found, nil
}

// ExecInContainer runs a command where the process is, with no more rights than it has.
func (found *process) ExecInContainer(
	ctx context.Context, _ string, _ types.UID, _ string, command []string,
	in io.Reader, out, err io.WriteCloser, _ bool, _ <-chan client.TerminalSize, _ time.Duration,
) error {
	own, failure := os.Open("/proc/self/exe")
	if failure != nil {
		return failure
	}
	defer own.Close()
	enter := []string{"--target", strconv.Itoa(found.PID), "--mount", "--uts", "--ipc", "--net", "--pid", "--"}
	// A container has the files of its image alone: this program goes along as an open file.
	become := []string{fmt.Sprintf("/proc/self/fd/%d", inherited), becoming}
	child := exec.CommandContext(ctx, "nsenter", slices.Concat(enter, become, command)...)
	child.Env = found.Environment
	child.Stdin, child.Stdout, child.Stderr = in, out, err
	child.ExtraFiles = []*os.File{own}
	failure = child.Run()
	var exit *exec.ExitError
	if errors.As(failure, &exit) {
		return utilexec.CodeExitError{Err: failure, Code: exit.ExitCode()}
	}
	return failure
}

// become gives up root's powers and turns into a command, which it returns from only if that fails.
func become(command []string) error {
	// Both belong to a thread, and go on with the one that turns into the command.
	runtime.LockOSThread()
	for capability := uintptr(0); ; capability++ {
		if _, _, number := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_CAPBSET_DROP, capability, 0); number != 0 {
			break // the kernel knows no more
		}
	}
	const noNewPrivileges = 38 // PR_SET_NO_NEW_PRIVS, see prctl(2)
	if _, _, number := syscall.RawSyscall6(syscall.SYS_PRCTL, noNewPrivileges, 1, 0, 0, 0, 0); number != 0 {
		return number
	}
	syscall.CloseOnExec(inherited)
	path, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	return syscall.Exec(path, command, os.Environ())
}
