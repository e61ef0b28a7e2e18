// Command jaeger-zipkin speaks to Throughline as Go programs speak to Jaeger and Zipkin: with their own packages.
//
//	jaeger-zipkin report URL json|proto   sends the spans of standard input with zipkin-go's HTTP reporter
//	jaeger-zipkin zipkin URL              reads traces or a trace as zipkin-go's model, which Grafana's data source uses
//	jaeger-zipkin jaeger URL              reads Jaeger's first API as Jaeger's own JSON model
//	jaeger-zipkin jaeger-v3 URL           reads a result of Jaeger's third API with OpenTelemetry's pdata, as Jaeger's gateway does
//
// What was read is written to standard output as JSON, by the same packages. Unknown fields are errors.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	jaegerjson "github.com/jaegertracing/jaeger/model/json"
	"github.com/openzipkin/zipkin-go/model"
	"github.com/openzipkin/zipkin-go/proto/zipkin_proto3"
	"github.com/openzipkin/zipkin-go/reporter"
	zipkinhttp "github.com/openzipkin/zipkin-go/reporter/http"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: jaeger-zipkin report|zipkin|jaeger|jaeger-v3 URL"))
	}
	command, url := os.Args[1], os.Args[2]
	switch command {
	case "report":
		report(url, os.Args[3])
	case "zipkin":
		readZipkin(url)
	case "jaeger":
		readJaeger(url)
	case "jaeger-v3":
		readJaegerV3(url)
	default:
		fail(fmt.Errorf("no such command: %s", command))
	}
}

// report sends with a client that notes the answer: the reporter itself only logs it.
func report(url, encoding string) {
	var spans []model.SpanModel
	must(json.NewDecoder(os.Stdin).Decode(&spans))
	var serializer reporter.SpanSerializer = reporter.JSONSerializer{}
	if encoding == "proto" {
		serializer = zipkin_proto3.SpanSerializer{}
	}
	notes := &notingClient{}
	sender := zipkinhttp.NewReporter(url, zipkinhttp.Serializer(serializer), zipkinhttp.Client(notes), zipkinhttp.BatchSize(len(spans)))
	for _, span := range spans {
		sender.Send(span)
	}
	must(sender.Close())
	write(notes.statuses)
}

type notingClient struct{ statuses []int }

func (c *notingClient) Do(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultClient.Do(request)
	if err == nil {
		c.statuses = append(c.statuses, response.StatusCode)
	}
	return response, err
}

func readZipkin(url string) {
	body := get(url)
	// A list of traces, or one trace.
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[[")) {
		var traces [][]model.SpanModel
		must(json.Unmarshal(body, &traces))
		write(traces)
		return
	}
	var trace []model.SpanModel
	must(json.Unmarshal(body, &trace))
	write(trace)
}

func readJaeger(url string) {
	var answer struct {
		Data   []jaegerjson.Trace `json:"data"`
		Total  int                `json:"total"`
		Limit  int                `json:"limit"`
		Offset int                `json:"offset"`
		Errors []struct {
			Code    int    `json:"code,omitempty"`
			Msg     string `json:"msg"`
			TraceID string `json:"traceID,omitempty"`
		} `json:"errors"`
	}
	decoder := json.NewDecoder(bytes.NewReader(get(url)))
	decoder.DisallowUnknownFields()
	must(decoder.Decode(&answer))
	write(answer)
}

func readJaegerV3(url string) {
	var answer struct {
		Result json.RawMessage `json:"result"`
	}
	decoder := json.NewDecoder(bytes.NewReader(get(url)))
	decoder.DisallowUnknownFields()
	must(decoder.Decode(&answer))
	traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(answer.Result)
	must(err)
	out, err := (&ptrace.JSONMarshaler{}).MarshalTraces(traces)
	must(err)
	_, err = os.Stdout.Write(out)
	must(err)
}

func get(url string) []byte {
	response, err := http.Get(url)
	must(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(err)
	if response.StatusCode != http.StatusOK {
		fail(fmt.Errorf("%s: %d %s", url, response.StatusCode, body))
	}
	return body
}

func write(value any) { must(json.NewEncoder(os.Stdout).Encode(value)) }

func must(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
