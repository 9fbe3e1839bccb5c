// The one script of the frame: theme, rail, keyboard, dialogs, and the mark that the circuit is up.
const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

function paint() {
  const wish = root.dataset.wish ?? 'auto';
  root.dataset.theme = wish === 'auto' ? (system.matches ? 'dark' : 'light') : wish;
  for (const button of document.querySelectorAll('[data-theme-wish]'))
    button.setAttribute('aria-pressed', String(button.dataset.themeWish === wish));
}

function showRail() {
  const small = root.dataset.rail === 'small';
  for (const button of document.querySelectorAll('[data-rail-toggle]'))
    button.setAttribute('aria-expanded', String(!small));
}

const actions = {
  'data-theme-wish': (button) => {
    root.dataset.wish = button.dataset.themeWish;
    remember('theme', root.dataset.wish);
    paint();
  },
  'data-rail-toggle': () => {
    root.dataset.rail = root.dataset.rail === 'small' ? 'wide' : 'small';
    remember('rail', root.dataset.rail);
    showRail();
  },
  'data-open': (button) => {
    button.closest('[popover]')?.hidePopover();
    document.getElementById(button.dataset.open)?.showModal();
  },
  'data-close': (button) => button.closest('dialog')?.close(),
  'data-reload': () => location.reload(),
  'data-copy': async (button) => {
    await copyText(button.dataset.copy);
    button.dataset.copied = 'yes';
    setTimeout(() => delete button.dataset.copied, 1500);
  },
};

document.addEventListener('click', (event) => {
  for (const [name, act] of Object.entries(actions)) {
    const button = event.target.closest?.(`[${name}]`);
    if (button) act(button);
  }
  if (event.target.closest?.('[popover] a')) event.target.closest('[popover]').hidePopover();
});

// navigator.clipboard exists on https and localhost only; a school's portal often runs on plain http.
export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement('textarea'), { value: text, className: 'unseen' });
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

// Keyboard: / searches, g and a letter goes to a page, j k x Enter work on rows, ? helps.
let going = 0;

function isTyping(target) {
  return target.closest?.('input, textarea, select, [contenteditable="true"], .cm-editor') !== null;
}

function go(key) {
  const link = document.querySelector(`.rail a[data-key="${CSS.escape(key)}"]`);
  link?.click();
  return link !== null;
}

function rows() {
  return [...document.querySelectorAll('main [data-row], main .mud-table-body > tr')];
}

function move(step) {
  const all = rows();
  if (all.length === 0) return false;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  const target = next.matches('a, button, [tabindex]') ? next : (next.querySelector('a, button') ?? next);
  if (target === next && !next.hasAttribute('tabindex')) next.tabIndex = -1;
  target.focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}

function pick() {
  const row = rows().find((r) => r.contains(document.activeElement));
  const box = row?.querySelector('input[type="checkbox"]') ?? row?.querySelector('[data-pick]') ?? (row?.matches('[data-pick]') ? row : null);
  box?.click();
  return Boolean(box);
}

const keys = {
  '/': () => {
    const box = [...document.querySelectorAll('[data-search]')].find((b) => b.offsetParent !== null);
    box?.focus();
    box?.select?.();
    return Boolean(box);
  },
  '?': () => {
    document.getElementById('keyboard')?.showModal();
    return true;
  },
  g: () => {
    going = performance.now();
    return true;
  },
  j: () => move(1),
  k: () => move(-1),
  x: pick,
};

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && event.target.matches?.('[data-search]')) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
  const waiting = performance.now() - going < 1200;
  going = 0;
  if (waiting && go(event.key)) event.preventDefault();
  else if (keys[event.key]?.()) event.preventDefault();
});

// Who has searched wants the page, not the box: the keys work there again.
document.addEventListener('submit', (event) => {
  if (event.target.matches?.('[role="search"]')) setTimeout(() => event.target.querySelector('input')?.blur(), 0);
});

// The connection is lost: Blazor changes the dialog's class, we open and close it.
const reconnect = document.getElementById('components-reconnect-modal');
reconnect?.addEventListener('components-reconnect-state-changed', async ({ detail }) => {
  if (detail.state === 'show') {
    root.dataset.circuit = 'lost';
    reconnect.show();
  } else if (detail.state === 'hide') {
    root.dataset.circuit = 'ready';
    reconnect.close();
  } else if (detail.state === 'rejected') {
    location.reload();
  }
});
reconnect?.addEventListener('click', async (event) => {
  if (!event.target.closest('[data-retry]')) return;
  if (!(await window.Blazor.reconnect())) location.reload();
});

export function circuitReady() {
  root.dataset.circuit = 'ready';
  paint();
  showRail();
}

export function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function closeDialog(id) {
  document.getElementById(id)?.close();
}

system.addEventListener('change', paint);
paint();
showRail();
