// node sbom.mjs project.assets.json package-lock.json: the parts of the program as CycloneDX, from what was really restored.
import { readFileSync } from 'node:fs';

const [assets, lock] = process.argv.slice(2).map(file => JSON.parse(readFileSync(file, 'utf8')));
const nuget = Object.entries(assets.libraries).filter(([, library]) => library.type === 'package').map(([id]) => {
  const [name, version] = id.split('/');
  return { type: 'library', name, version, purl: `pkg:nuget/${name}@${version}` };
});
const npm = Object.entries(lock.packages).filter(([path]) => path.startsWith('node_modules/')).map(([path, part]) => {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return { type: 'library', name, version: part.version, purl: `pkg:npm/${name.replace('@', '%40')}@${part.version}`, licenses: part.license ? [{ expression: part.license }] : undefined };
});
console.log(JSON.stringify({
  bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
  metadata: { component: { type: 'application', name: 'LinboPortal', licenses: [{ expression: 'GPL-3.0-or-later' }] } },
  components: [...nuget, ...npm],
}, null, 1));
