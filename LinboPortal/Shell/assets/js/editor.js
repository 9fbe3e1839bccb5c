// The code editor behind Shell/CodeEditor.razor.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder,
} from '@codemirror/view';
import { colours, languages } from './languages.js';

const changePause = 250;

function extensions(options, changed) {
  return [
    lineNumbers(),
    lintGutter(),
    history(),
    drawSelection(),
    highlightSelectionMatches(),
    syntaxHighlighting(colours),
    languages[options.language] ?? [],
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap]),
    EditorView.contentAttributes.of({ 'aria-label': options.label ?? '', spellcheck: 'false', autocapitalize: 'off', tabindex: '0' }),
    options.readOnly
      ? [EditorState.readOnly.of(true), EditorView.editable.of(false)]
      : [highlightActiveLine(), highlightActiveLineGutter()],
    options.placeholder ? placeholder(options.placeholder) : [],
    options.phrases ? EditorState.phrases.of(options.phrases) : [],
    EditorView.updateListener.of((update) => update.docChanged && changed(update)),
  ];
}

// A problem's place is a line and a column from 1; the underline reaches to the end of the word or of the line.
function diagnostic(doc, problem) {
  const line = doc.line(Math.min(Math.max(problem.line, 1), doc.lines));
  const from = Math.min(line.from + Math.max(problem.column, 1) - 1, line.to);
  const word = /^\S+/.exec(line.text.slice(from - line.from));
  const to = word ? from + word[0].length : line.to;
  return { from: from === to ? line.from : from, to, severity: problem.severity, message: problem.message };
}

export function create(element, dotnet, text, options) {
  let timer = 0;
  let silent = false;
  const changed = (update) => {
    if (silent) return;
    clearTimeout(timer);
    timer = setTimeout(() => report(update.view), changePause);
  };
  const report = (view) => {
    clearTimeout(timer);
    timer = 0;
    return dotnet.invokeMethodAsync('ReportChange', view.state.doc.toString());
  };
  const view = new EditorView({ parent: element, state: EditorState.create({ doc: text, extensions: extensions(options, changed) }) });
  // What was typed last must arrive before a save button is pressed.
  view.contentDOM.addEventListener('blur', () => timer !== 0 && report(view));
  return {
    getText: () => view.state.doc.toString(),
    setText(next) {
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      silent = false;
    },
    setProblems(problems) {
      view.dispatch(setDiagnostics(view.state, problems.map((p) => diagnostic(view.state.doc, p))));
    },
    goToLine(number) {
      const line = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
      view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: 'center' }) });
      view.focus();
    },
    destroy() {
      clearTimeout(timer);
      view.destroy();
    },
  };
}
