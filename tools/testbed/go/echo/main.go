// Command echo answers every HTTP request with a JSON description of it and of the pod that answered.
//
//	/status/503          answers with that status
//	/delay/250           answers after that many milliseconds
//	/healthz             200 until SIGTERM, then 503
//
// PORT (8080) says where to listen, SHUTDOWN_DELAY_MS (0) how long to go on accepting after SIGTERM.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// maxBodyBytes is how much of a request's body is echoed.
const maxBodyBytes = 1 << 20

// maxDelay bounds /delay.
const maxDelay = 5 * time.Minute

type answer struct {
	Method    string              `json:"method"`
	Path      string              `json:"path"`
	Host      string              `json:"host"`
	Proto     string              `json:"proto"`
	Headers   map[string][]string `json:"headers"`
	Body      string              `json:"body,omitempty"`
	Remote    string              `json:"remote"`
	Pod       string              `json:"pod"`
	Namespace string              `json:"namespace,omitempty"`
	Service   string              `json:"service,omitempty"`
}

var ending atomic.Bool

func main() {
	hostname, _ := os.Hostname()
	pod := valueOr("POD_NAME", hostname)
	server := &http.Server{
		Addr:              ":" + valueOr("PORT", "8080"),
		ReadHeaderTimeout: 10 * time.Second,
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(w, r, pod) }),
	}
	ended := make(chan struct{})
	go func() {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
		<-signals
		ending.Store(true)
		delay, _ := strconv.Atoi(valueOr("SHUTDOWN_DELAY_MS", "0"))
		time.Sleep(time.Duration(delay) * time.Millisecond)
		limit, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		_ = server.Shutdown(limit)
		close(ended)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-ended
}

func serve(w http.ResponseWriter, r *http.Request, pod string) {
	status := http.StatusOK
	kind, value, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	number, err := strconv.Atoi(value)
	switch {
	case kind == "status" && err == nil && number >= 200 && number <= 599:
		status = number
	case kind == "delay" && err == nil && number >= 0:
		if !wait(r.Context(), min(time.Duration(number)*time.Millisecond, maxDelay)) {
			return
		}
	case r.URL.Path == "/healthz" && ending.Load():
		status = http.StatusServiceUnavailable
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if r.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified {
		return
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(answer{
		Method: r.Method, Path: r.RequestURI, Host: r.Host, Proto: r.Proto, Headers: r.Header, Body: string(body), Remote: r.RemoteAddr,
		Pod: pod, Namespace: os.Getenv("POD_NAMESPACE"), Service: os.Getenv("SERVICE_NAME"),
	})
}

func wait(cancelled context.Context, duration time.Duration) bool {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-cancelled.Done():
		return false
	}
}

func valueOr(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
