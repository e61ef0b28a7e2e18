// Asks a ClickHouse what Grafana's ClickHouse data source asks, the way it asks: through clickhouse-go and database/sql, with the
// plugin's options, over HTTP or the native protocol.
//
//	usage: grafana http|native HOST:PORT < request.json > answers.ndjson
//
// The password comes in the environment variable CLICKHOUSE_PASSWORD. The request is one JSON object, see `request`; each
// statement is answered by one line, see `answer`, in the order asked. Nothing is judged here: the tests in e2e/src do that.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"reflect"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

type request struct {
	Username string `json:"username"`
	Database string `json:"database"`
	// The data source's "custom settings", and `limit` where its row limit is on.
	Settings   map[string]any `json:"settings"`
	Statements []statement    `json:"statements"`
}

type statement struct {
	Name string `json:"name"`
	SQL  string `json:"sql"`
}

type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type answer struct {
	Name      string   `json:"name"`
	Columns   []column `json:"columns"`
	Rows      [][]any  `json:"rows"`
	ElapsedMs float64  `json:"elapsedMs"`
	// Zero where ClickHouse did not refuse, or where the driver failed before it was asked.
	ErrorCode int32  `json:"errorCode"`
	Error     string `json:"error"`
}

// The data source's defaults: dial 10 s, query 60 s, 50 connections of which 25 stay open, each for 5 minutes.
const (
	dialTimeout     = 10 * time.Second
	queryTimeout    = 60 * time.Second
	connectionsMax  = 50
	connectionsIdle = 25
	connectionLife  = 5 * time.Minute
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: grafana http|native HOST:PORT < request.json")
	}
	protocol, err := protocolOf(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatalf("request: %v", err)
	}
	db := open(protocol, os.Args[2], asked)
	defer db.Close()

	out := json.NewEncoder(os.Stdout)
	for _, each := range asked.Statements {
		if err := out.Encode(ask(db, each)); err != nil {
			log.Fatalf("answer: %v", err)
		}
	}
}

func protocolOf(name string) (clickhouse.Protocol, error) {
	switch name {
	case "http":
		return clickhouse.HTTP, nil
	case "native":
		return clickhouse.Native, nil
	default:
		return 0, fmt.Errorf("%q is neither http nor native", name)
	}
}

// The plugin compresses with GZIP over HTTP and with LZ4 over the native protocol.
func open(protocol clickhouse.Protocol, address string, asked request) *sql.DB {
	compression := clickhouse.CompressionLZ4
	if protocol == clickhouse.HTTP {
		compression = clickhouse.CompressionGZIP
	}
	settings := clickhouse.Settings{}
	for name, value := range asked.Settings {
		settings[name] = value
	}
	db := clickhouse.OpenDB(&clickhouse.Options{
		Addr: []string{address},
		Auth: clickhouse.Auth{
			Database: asked.Database,
			Username: asked.Username,
			Password: os.Getenv("CLICKHOUSE_PASSWORD"),
		},
		ClientInfo: clickhouse.ClientInfo{
			Products: []struct{ Name, Version string }{
				{Name: "grafana", Version: "12.3.0"},
				{Name: "clickhouse-datasource", Version: "4.21.2"},
			},
		},
		Compression: &clickhouse.Compression{Method: compression},
		DialTimeout: dialTimeout,
		ReadTimeout: queryTimeout,
		Protocol:    protocol,
		Settings:    settings,
	})
	db.SetConnMaxLifetime(connectionLife)
	db.SetMaxIdleConns(connectionsIdle)
	db.SetMaxOpenConns(connectionsMax)
	return db
}

// "ping" is the data source's health check; every other statement is a query. Both have a deadline, which clickhouse-go
// turns into `max_execution_time`: a user with readonly=1 is refused for it.
func ask(db *sql.DB, each statement) answer {
	started := time.Now()
	result := answer{Name: each.Name, Columns: []column{}, Rows: [][]any{}}
	err := run(db, each, &result)
	result.ElapsedMs = float64(time.Since(started).Microseconds()) / 1000
	if err != nil {
		result.Error = err.Error()
		var refused *clickhouse.Exception
		if errors.As(err, &refused) {
			result.ErrorCode = refused.Code
		}
	}
	return result
}

func run(db *sql.DB, each statement, result *answer) error {
	if each.Name == "ping" {
		ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
		defer cancel()
		return db.PingContext(ctx)
	}
	ctx, cancel := context.WithTimeout(context.Background(), queryTimeout)
	defer cancel()
	rows, err := db.QueryContext(ctx, each.SQL)
	if err != nil {
		return err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	for _, one := range types {
		result.Columns = append(result.Columns, column{Name: one.Name(), Type: one.DatabaseTypeName()})
	}
	for rows.Next() {
		row, err := scan(rows, types)
		if err != nil {
			return err
		}
		result.Rows = append(result.Rows, row)
	}
	return rows.Err()
}

// Scans into the driver's own type for each column, as the data source's converters do.
func scan(rows *sql.Rows, types []*sql.ColumnType) ([]any, error) {
	targets := make([]any, len(types))
	for i, one := range types {
		targets[i] = reflect.New(one.ScanType()).Interface()
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, err
	}
	row := make([]any, len(types))
	for i, target := range targets {
		row[i] = reflect.ValueOf(target).Elem().Interface()
	}
	return row, nil
}
