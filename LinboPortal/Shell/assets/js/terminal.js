// A terminal in the page: xterm.js, with bytes handed over to the server and drawn as they come.
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';

// The server takes messages of a limited size; a paste may be longer.
const LARGEST = 16 * 1024;

export function create(element, server, label) {
  const terminal = new Terminal({
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    fontSize: 14,
    scrollback: 5000,
    screenReaderMode: true,
    theme: { background: '#10181a', foreground: '#e3ebe9', cursor: '#54c7b9', selectionBackground: '#2b5c57' },
  });
  const fit = new FitAddon();
  const encoder = new TextEncoder();
  let sending = Promise.resolve();
  terminal.loadAddon(fit);
  terminal.open(element);
  terminal.textarea?.setAttribute('aria-label', label);
  fit.fit();

  const send = (bytes) => {
    for (let at = 0; at < bytes.length; at += LARGEST) {
      const piece = bytes.slice(at, at + LARGEST);
      sending = sending.then(() => server.invokeMethodAsync('TypeAsync', piece)).catch(() => {});
    }
  };
  terminal.onData((text) => send(encoder.encode(text)));
  terminal.onBinary((text) => send(Uint8Array.from(text, (c) => c.charCodeAt(0))));
  terminal.onResize(({ cols, rows }) => server.invokeMethodAsync('Resize', cols, rows).catch(() => {}));
  terminal.attachCustomKeyEventHandler((e) => {
    if (!e.ctrlKey || !e.shiftKey || e.type !== 'keydown') return true;
    // Tab belongs to the shell, so there must be another way out.
    if (e.code === 'ArrowUp') {
      e.preventDefault();
      server.invokeMethodAsync('LeaveAsync');
      return false;
    }
    if (e.code === 'KeyC' && terminal.hasSelection()) {
      e.preventDefault();
      navigator.clipboard?.writeText(terminal.getSelection());
      return false;
    }
    return e.code !== 'KeyV'; // the browser pastes
  });
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(element);

  return {
    // Resolves once it is drawn: the server sends the next piece then.
    write: (bytes) => new Promise((drawn) => terminal.write(bytes, drawn)),
    reset: () => {
      terminal.reset();
      fit.fit();
      return [terminal.cols, terminal.rows];
    },
    focus: () => terminal.focus(),
    destroy: () => {
      observer.disconnect();
      terminal.dispose();
    },
  };
}
