/** The editor of statements: CodeMirror, in this page's chunk only. */
import { autocompletion, closeCompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { SQLDialect, sql as sqlLanguage } from "@codemirror/lang-sql";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { SqlSchema } from "@throughline/query/wire";

export interface SqlEditor {
  readonly text: string;
  setText(text: string): void;
  setSchema(schema: SqlSchema): void;
  /** Marks where a statement is wrong; undefined takes the mark away. */
  setFault(fault: { readonly position: number; readonly message: string } | undefined): void;
  focus(): void;
  destroy(): void;
}

interface SqlEditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly label: string;
  readonly onRun: () => void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
  { tag: [tags.lineComment, tags.blockComment], color: "var(--subtle)", fontStyle: "italic" },
  { tag: [tags.operator, tags.punctuation, tags.bracket], color: "var(--muted)" },
]);

const LOOK = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--bg)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "20px" },
  ".cm-content": { caretColor: "var(--text)", padding: "8px 0" },
  ".cm-gutters": { color: "var(--subtle)", backgroundColor: "var(--bg)", border: "0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent) !important",
  },
  ".cm-placeholder": { color: "var(--subtle)" },
  // Its own is an image of the style sheet, which the content security policy does not allow.
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "wavy underline var(--error-fill)",
    textUnderlineOffset: "3px",
  },
  ".cm-tooltip": {
    color: "var(--text)",
    backgroundColor: "var(--bg)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { maxHeight: "none", overflow: "hidden" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "var(--selection-text)",
    backgroundColor: "var(--selection)",
  },
});

/** All fit, so that the list need not be scrolled, for which it would need a focus of its own. */
const COMPLETIONS_SHOWN = 10;

export function createSqlEditor(options: SqlEditorOptions): SqlEditor {
  const language = new Compartment();
  // In a shadow root the editor's styles are adopted sheets; in the page they would be elements, which the content
  // security policy does not allow.
  const root = options.parent.shadowRoot ?? options.parent.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        lineNumbers(),
        history(),
        placeholder("SELECT …"),
        autocompletion({ maxRenderedOptions: COMPLETIONS_SHOWN }),
        syntaxHighlighting(COLOURS),
        LOOK,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": options.label }),
        language.of(sqlLanguage()),
        keymap.of([
          {
            key: "Mod-Enter",
            run: (target) => {
              closeCompletion(target);
              options.onRun();
              return true;
            },
          },
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
      ],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    setText: (text) => {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    setSchema: (schema) => view.dispatch({ effects: language.reconfigure(languageOf(schema)) }),
    setFault: (fault) => {
      const from = Math.min(fault?.position ?? 0, view.state.doc.length);
      const to = Math.min(from + 1, view.state.doc.length);
      const found =
        fault === undefined
          ? []
          : [{ from, to, severity: "error" as const, message: fault.message }];
      view.dispatch(setDiagnostics(view.state, found));
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/** ClickHouse's words, and the tables and columns that there are. */
function languageOf(schema: SqlSchema) {
  const dialect = SQLDialect.define({
    keywords: schema.keywords.join(" ").toLowerCase(),
    builtin: schema.functions.map(({ name }) => name).join(" "),
    doubleQuotedStrings: false,
    identifierQuotes: '`"',
    slashComments: true,
  });
  const tables = schema.tables.map(
    ({ name, columns }) => [name, columns.map((column) => column.name)] as const,
  );
  return sqlLanguage({ dialect, schema: Object.fromEntries(tables), upperCaseKeywords: true });
}
