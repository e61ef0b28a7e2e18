/** The dashboards of deploy/grafana, as far as the tests look at them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./product.ts";

export interface Target {
  readonly rawSql?: string;
  readonly expr?: string;
  readonly queryType?: "timeseries" | "table" | "logs";
  readonly format?: number;
}

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly datasource: { readonly uid: string };
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets: readonly Target[];
  readonly fieldConfig: {
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
    }[];
  };
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly query: { readonly rawSql: string } | string;
    }[];
  };
  readonly annotations: { readonly list: readonly { readonly target: Target }[] };
}

const FOLDER = path.join(root, "deploy/grafana/dashboards");

export function readDashboards(): readonly Dashboard[] {
  return readdirSync(FOLDER).map((name): Dashboard => {
    const text = readFileSync(path.join(FOLDER, name), "utf8");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this repository, which the tests look into
    return JSON.parse(text) as Dashboard;
  });
}
