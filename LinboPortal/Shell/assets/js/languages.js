import { HighlightStyle, StreamLanguage } from '@codemirror/language';
import { tags } from '@lezer/highlight';

// start.conf: sections in brackets, Key = value, comments from # at the line's start or after a blank.
const startconf = {
  name: 'startconf',
  startState: () => ({ inValue: false }),
  token(stream, state) {
    if (stream.sol()) {
      state.inValue = false;
      stream.eatSpace();
      if (stream.match(/^\[[^\]]*\]?/)) return 'heading';
      if (stream.peek() === '#') {
        stream.skipToEnd();
        return 'comment';
      }
      if (stream.match(/^[A-Za-z][\w-]*(?=\s*=)/)) return 'propertyName';
    }
    if (!state.inValue && stream.eat('=')) {
      state.inValue = true;
      return 'operator';
    }
    if (stream.eatSpace()) {
      if (stream.peek() === '#') {
        stream.skipToEnd();
        return 'comment';
      }
      return null;
    }
    if (state.inValue && stream.match(/^(yes|no|true|false)\b/i)) return 'bool';
    if (state.inValue && stream.match(/^\d+[kKmMgGtT]?\b/)) return 'number';
    if (state.inValue && stream.match(/^\/dev\/\S+/)) return 'typeName';
    stream.match(/^[^\s]+/) || stream.next();
    return state.inValue ? 'string' : null;
  },
  languageData: { commentTokens: { line: '#' } },
};

const grubWords = new Set(
  ('if then else elif fi for in do done while function return menuentry submenu set unset export insmod linux initrd linux16 initrd16 ' +
    'echo search chainloader boot configfile source regexp sleep reboot halt loadfont terminal_output load_env save_env').split(' '),
);

const grub = {
  name: 'grub',
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.peek() === '#') {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'[^']*'?/)) return 'string';
    if (stream.match(/^\$\{?[\w:]+\}?/)) return 'variableName';
    if (stream.match(/^\d+\b/)) return 'number';
    const word = stream.match(/^[\w-]+/);
    if (word) return grubWords.has(word[0]) ? 'keyword' : null;
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: '#' } },
};

const shellWords = new Set('if then else elif fi for in do done while until case esac function return local export exit break continue source'.split(' '));

const shell = {
  name: 'shell',
  token(stream) {
    const first = stream.sol();
    if (stream.eatSpace()) return null;
    if (stream.peek() === '#' && (first || /\s/.test(stream.string.charAt(stream.pos - 1)))) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'[^']*'?/)) return 'string';
    if (stream.match(/^\$(?:\{[^}]*\}?|[A-Za-z_]\w*|[0-9@*#?$!-])/)) return 'variableName';
    if (stream.match(/^[A-Za-z_]\w*(?==)/)) return 'propertyName';
    const word = stream.match(/^[\w./-]+/);
    if (word) return shellWords.has(word[0]) ? 'keyword' : /^\d+$/.test(word[0]) ? 'number' : null;
    return stream.match(/^[|&;<>=!]+/) ? 'operator' : (stream.next(), null);
  },
  languageData: { commentTokens: { line: '#' } },
};

// A registry patch: keys in brackets, "name"=value, comments from ; on.
const reg = {
  name: 'reg',
  startState: () => ({ inValue: false }),
  token(stream, state) {
    if (stream.sol()) {
      state.inValue = false;
      if (stream.match(/^Windows Registry Editor.*|^REGEDIT4/)) return 'keyword';
      if (stream.match(/^\s*\[[^\]]*\]?/)) return 'heading';
      if (stream.match(/^\s*;.*/)) return 'comment';
      if (stream.match(/^(?:"(?:[^"\\]|\\.)*"|@)(?==)/)) return 'propertyName';
    }
    if (!state.inValue && stream.eat('=')) {
      state.inValue = true;
      return 'operator';
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^(?:dword|qword|hex(?:\([0-9a-f]+\))?):/i)) return 'typeName';
    if (state.inValue && stream.match(/^[0-9a-f]+/i)) return 'number';
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: ';' } },
};

// A description: a date before each line.
const desc = {
  name: 'desc',
  token(stream) {
    if (stream.sol() && stream.match(/^[^:]{0,24}\d[^:]{0,6}(?::\d\d)?(?=: )/)) return 'propertyName';
    stream.skipToEnd();
    return null;
  },
};

export const languages = {
  startconf: StreamLanguage.define(startconf),
  grub: StreamLanguage.define(grub),
  shell: StreamLanguage.define(shell),
  reg: StreamLanguage.define(reg),
  desc: StreamLanguage.define(desc),
};

export const colours = HighlightStyle.define([
  { tag: tags.heading, color: 'var(--code-section)', fontWeight: '600' },
  { tag: tags.keyword, color: 'var(--code-section)', fontWeight: '600' },
  { tag: tags.propertyName, color: 'var(--code-key)' },
  { tag: [tags.string], color: 'var(--code-value)' },
  { tag: [tags.number, tags.bool], color: 'var(--code-number)' },
  { tag: [tags.typeName, tags.variableName], color: 'var(--code-name)' },
  { tag: tags.comment, color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: tags.operator, color: 'var(--text-faint)' },
]);
