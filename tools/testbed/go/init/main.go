// Command init is process 1 of a testbed's process namespace. It runs its arguments as a child, collects every process
// that is orphaned (containerd's shims are, by design) and ends when the child ends; the kernel then ends everything else.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

func main() {
	if len(os.Args) < 3 {
		fail(errors.New("usage: init FILES PROGRAM [ARGUMENT...]"))
	}
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fail(err)
	}
	files := make([]*os.File, count)
	for i := range files {
		files[i] = os.NewFile(uintptr(i), strconv.Itoa(i))
	}
	// Process 1 has no default actions: without a handler these are ignored.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	child, err := os.StartProcess(os.Args[2], os.Args[2:], &os.ProcAttr{Env: os.Environ(), Files: files})
	if err != nil {
		fail(err)
	}
	go func() {
		for received := range signals {
			_ = child.Signal(received)
		}
	}()
	os.Exit(collect(child.Pid))
}

// collect waits for every child there is until the one with this id has ended, and returns its exit code.
func collect(pid int) int {
	for {
		var status syscall.WaitStatus
		ended, err := syscall.Wait4(-1, &status, 0, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			fail(err)
		}
		if ended != pid {
			continue
		}
		if status.Signaled() {
			return 128 + int(status.Signal())
		}
		return status.ExitStatus()
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "init: %v\n", err)
	os.Exit(127)
}
