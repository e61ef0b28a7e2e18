/** Journeys through /traces: the search bar, the heatmap, the facets. */
import type { Page } from "playwright-core";
import { check, parameter, settle } from "./walking.ts";

export async function walkFilters(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/traces?from=now-3h`);
  await page.getByTestId("trace-row").first().waitFor();
  const bar = page.getByRole("combobox", { name: "Search" });
  const option = (text: string) => page.getByRole("option", { name: new RegExp(`^${text}`) });
  await page.keyboard.press("/");
  await page.keyboard.type("serv");
  await option("service").first().waitFor();
  await page.keyboard.press("Tab");
  check("Tab takes the field that was begun", (await bar.inputValue()) === "service:");
  await option("payments").waitFor();
  check("values come with counts", /\d/.test(await option("payments").innerText()));
  await page.keyboard.type("pa");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  check("Enter takes the value", (await bar.inputValue()) === "service:payments ");
  await page.keyboard.type("status:eror");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  check("what is no filter is not asked", parameter(page, "q") === null, page.url());
  await page.getByRole("button", { name: "Use error" }).click();
  check("the suggestion mends it", (await bar.inputValue()) === "service:payments status:error");
  await page.keyboard.press("Enter");
  await settle(page);
  await page.keyboard.type(" duration>=2s http.route:/charge");
  await page.keyboard.press("Enter");
  await settle(page);
  check(
    "the filter is in the URL",
    parameter(page, "q") === "service:payments status:error duration>=2s http.route:/charge" &&
      parameter(page, "v") === "1",
    page.url(),
  );
  const filtered = await page.getByTestId("trace-row").count();
  check("the list is filtered", filtered > 0 && filtered < 50, filtered);
  await page.goBack();
  await page.goBack();
  await settle(page);
  check("back takes the filters off", new URL(page.url()).search === "?from=now-3h", page.url());
  check("and out of the bar", (await bar.inputValue()) === "");
  await bar.click();
  await page.getByRole("listbox").getByRole("option").first().waitFor();
  check(
    "an empty bar offers the last searches",
    (await page.getByRole("listbox").getByRole("option").first().innerText()).includes(
      "duration>=2s",
    ),
  );
  await page.keyboard.press("Escape");
  await page.goto(
    `${origin}/traces?from=now-3h&service=payments&status=error&attribute=http.route%3D%2Fcharge`,
  );
  await page.getByTestId("trace-row").first().waitFor();
  await settle(page);
  check(
    "an older link is rewritten",
    parameter(page, "q") === 'service:payments status:error http.route:"/charge"' &&
      parameter(page, "service") === null,
    page.url(),
  );
  await page.goto(`${origin}/traces?from=now-3h`);
  await page.getByRole("button", { name: "Load more" }).click();
  await settle(page);
  check("load more adds a page", (await page.getByTestId("trace-row").count()) === 100);
}

export async function walkHeatmap(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/traces?from=now-3h`);
  const figure = page.getByRole("figure", { name: "Durations of spans over time" });
  const cells = figure.locator("canvas");
  await cells.waitFor();
  const box = await cells.boundingBox();
  if (box === null) throw new Error("no heatmap");
  await page.mouse.move(box.x + box.width * 0.4, box.y + 4);
  check("the pointer reads a cell", (await figure.innerText()).includes("span"));
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.95, box.y + box.height * 0.3, { steps: 5 });
  await page.mouse.up();
  await settle(page);
  check("dragging is in the URL", parameter(page, "sel") !== null, page.url());
  const words = await page.getByRole("group", { name: "Selection" }).innerText();
  const spans = Number(/([\d,]+) spans/.exec(words)?.[1]?.replace(",", ""));
  await page.getByRole("button", { name: "What differs" }).click();
  const differences = page.getByRole("list", { name: "Differences, largest first" });
  await differences.waitFor();
  const panel = await page.getByTestId("side-panel").innerText();
  check("as many are compared as were selected", panel.includes(`${spans} selected`), panel);
  await page.reload();
  await differences.waitFor();
  check("a reload keeps the comparison", (await differences.count()) === 1);
  await page.getByRole("button", { name: /^Only spans with http.request.method POST/ }).click();
  await settle(page);
  check(
    "a difference becomes a condition",
    parameter(page, "q") === "attr.http.request.method:POST",
    page.url(),
  );
  await page.goBack();
  await differences.waitFor();
  await page.keyboard.press("Escape");
  await settle(page);
  check("Escape closes the comparison", (await differences.count()) === 0);
  await page.getByRole("button", { name: "Zoom in" }).click();
  await settle(page);
  check(
    "zooming is a filter and a time range",
    /^duration>=\d+(\.\d+)?ms$/.test(parameter(page, "q") ?? "") &&
      (parameter(page, "from") ?? "").endsWith("Z") &&
      parameter(page, "sel") === null,
    page.url(),
  );
  await page.goBack();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Select by time and duration" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("At least").fill("1s");
  await page.keyboard.press("Enter");
  await settle(page);
  check("the keyboard selects, too", (parameter(page, "sel") ?? "").includes("_"), page.url());
}

export async function walkFacets(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/traces?from=now-3h`);
  const services = page.getByRole("list", { name: "Values of service" });
  const payments = services.getByRole("button", { name: /^payments/ });
  await payments.click();
  await settle(page);
  check("a value becomes a condition", parameter(page, "q") === "service:payments", page.url());
  check("it stays chosen", (await payments.getAttribute("aria-pressed")) === "true");
  check("the others can still be chosen", (await services.getByRole("listitem").count()) > 2);
  await services.getByRole("button", { name: /^orders/ }).click();
  await settle(page);
  check("another takes its place", parameter(page, "q") === "service:orders", page.url());
  await page.getByRole("button", { name: "Exclude status unset" }).click({ force: true });
  await settle(page);
  check("one can be excluded", parameter(page, "q") === "service:orders NOT status:unset");
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await settle(page);
  await page.getByRole("button", { name: "More values of name" }).click();
  await page.getByLabel("Find among the values of name").fill("stock");
  await settle(page);
  const names = await page.getByRole("list", { name: "Values of name" }).innerText();
  check("values can be found", names.includes("UPDATE stock") && !names.includes("GET"), names);
  await page.getByRole("button", { name: "Facets" }).click();
  await settle(page);
  check(
    "the facets can be put away, and the URL knows",
    (await services.count()) === 0 && parameter(page, "facets") === "off",
  );
}
