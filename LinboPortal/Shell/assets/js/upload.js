// Sends images to the portal by tus 1.0.0: in pieces, paused and resumed, going on after a lost line or a reload.
// Lives as long as the page of the browser does, so that it goes on while one looks at other pages of the portal.
const address = '/api/v1/image-uploads';
const piece = 64 * 1024 * 1024;
const longestPause = 30_000;
const transfers = new Map(); // id of the task → transfer
const listeners = new Set();

function tell() {
  const states = Object.fromEntries([...transfers].map(([id, t]) => [id, t.state]));
  for (const listener of listeners) listener.invokeMethodAsync('TransfersChanged', states).catch(() => listeners.delete(listener));
}

function set(transfer, state) {
  if (transfer.state === state) return;
  transfer.state = state;
  tell();
}

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// The server cannot know whether a file of the same name and size is the same file: the browser that began remembers when it was changed.
const memory = (id) => `upload.${id}`;

async function open(file, image, info) {
  const answer = await fetch(`/api/v1/image-tasks?open=true&image=${encodeURIComponent(image)}`);
  for (const task of answer.ok ? await answer.json() : [])
    if (task.state === 'Receiving' && task.file === file.name && task.length === file.size && localStorage.getItem(memory(task.id)) === String(file.lastModified))
      return { id: task.id };
  const metadata = [['filename', file.name], ['image', image], ...(info ? [['info', info]] : [])].map(([k, v]) => `${k} ${base64(v)}`).join(',');
  const made = await fetch(address, {
    method: 'POST',
    headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(file.size), 'Upload-Metadata': metadata },
  });
  if (made.status !== 201) {
    const problem = await made.json().catch(() => ({}));
    return { refusal: { detail: problem.detail ?? `HTTP ${made.status}`, remedy: problem.remedy ?? null } };
  }
  const id = made.headers.get('Location').split('/').pop();
  localStorage.setItem(memory(id), String(file.lastModified));
  return { id };
}

async function offsetOf(id) {
  const answer = await fetch(`${address}/${id}`, { method: 'HEAD', headers: { 'Tus-Resumable': '1.0.0' } });
  if (answer.status === 404 || answer.status === 403) return null;
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return Number(answer.headers.get('Upload-Offset'));
}

async function send(id, transfer) {
  let failures = 0;
  while (transfer.state !== 'paused') {
    try {
      const offset = await offsetOf(id);
      if (offset === null || offset >= transfer.file.size) break;
      set(transfer, 'sending');
      transfer.abort = new AbortController();
      const answer = await fetch(`${address}/${id}`, {
        method: 'PATCH',
        headers: { 'Tus-Resumable': '1.0.0', 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
        body: transfer.file.slice(offset, offset + piece),
        signal: transfer.abort.signal,
      });
      if (!answer.ok && answer.status !== 409) throw new Error(`HTTP ${answer.status}`);
      failures = 0;
    } catch {
      if (transfer.state === 'paused') return;
      set(transfer, 'waiting');
      await new Promise((done) => setTimeout(done, Math.min(1000 * 2 ** failures++, longestPause)));
    }
  }
  if (transfer.state === 'paused') return;
  transfers.delete(id);
  localStorage.removeItem(memory(id));
  tell();
}

// A page asks to be told what becomes of the transfers.
export function listen(listener) {
  listeners.add(listener);
  tell();
}

export function forget(listener) {
  listeners.delete(listener);
}

export function pause(id) {
  const transfer = transfers.get(id);
  if (!transfer) return;
  set(transfer, 'paused');
  transfer.abort?.abort();
}

export function resume(id) {
  const transfer = transfers.get(id);
  if (transfer?.state !== 'paused') return;
  set(transfer, 'waiting');
  send(id, transfer);
}

// Watches a box with a file field for files that are chosen or dropped.
export function attach(box, listener) {
  const input = box.querySelector('input[type=file]');
  let chosen = [];
  const take = (files) => {
    chosen = [...files].filter((f) => !f.name.endsWith('.info'));
    chosen.infos = [...files].filter((f) => f.name.endsWith('.info'));
    listener.invokeMethodAsync('FilesChosen', chosen.map((f) => ({ name: f.name, size: f.size, hasInfo: chosen.infos.some((i) => i.name === `${f.name}.info`) })));
  };
  // The field lies over the whole box: what is dropped there is chosen.
  input.addEventListener('change', () => take(input.files));
  if (input.files.length > 0) take(input.files); // chosen before this was loaded
  return {
    // Null where it is on its way, else why not.
    async start(index, image) {
      const file = chosen[index];
      const info = chosen.infos.find((i) => i.name === `${file.name}.info`);
      const { id, refusal } = await open(file, image, info && (await info.text()));
      if (refusal) return refusal;
      if (!transfers.has(id)) {
        const transfer = { file, state: 'waiting' };
        transfers.set(id, transfer);
        tell();
        send(id, transfer);
      }
      return null;
    },
    clear() {
      chosen = [];
      input.value = '';
    },
  };
}

addEventListener('beforeunload', (event) => {
  if ([...transfers.values()].some((t) => t.state !== 'paused')) event.preventDefault();
});
