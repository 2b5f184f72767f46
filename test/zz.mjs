import * as lab from '../dist/src/index.js';
import * as ex from '../dist/src/checker/index.js';
const bad=/Cannot read|is not a function|Cannot convert|not iterable|Cannot destructure|Cannot use|undefined \(|is not a constructor|WeakMap|Invalid|must be|instanceof/;
const choice = await lab.chooseScheme('tagged');
const buffer = lab.createBuffer({slots:20,threads:2},choice);
const values=[5,{},null,Symbol('x'),undefined,'nope',[],()=>{}];
const show=(v)=>typeof v==='function'?'fn':typeof v==='symbol'?'Symbol':JSON.stringify(v);
const wrong=[];
async function tryIt(name,f){ try { const r = f(); if (r && typeof r.then==='function') await Promise.race([r,new Promise(z=>setTimeout(z,300))]); else if(r!==undefined) wrong.push([name,'ANSWERS',String(typeof r)]); } catch(e){ if(!(e instanceof lab.UsageError)|| bad.test(e.message)) wrong.push([name,e?.constructor?.name,String(e?.message).slice(0,110)]);} }
for (const [n,f] of [...Object.entries(lab),...Object.entries(ex).map(([a,b])=>['ex.'+a,b])]) {
  if (typeof f!=='function' || /^[A-Z]/.test(n) || n==='ex.selfCheck' || n==='ex.UsageError'|| n.startsWith('ex.CheckF')||n.startsWith('ex.Obs')) continue;
  for (const v of values) { await tryIt(n+'('+show(v)+')',()=>f(v)); }
}
for (const v of values) { 
  for (const k of ['slots','threads','stride','cache','freeList','chain','structure','initial'])
    if(v!==undefined||k==='slots'||k==='threads') await tryIt(`createBuffer ${k}=${show(v)}`,()=>{lab.createBuffer({slots:100,threads:2,[k]:v},choice)});
  await tryIt('createBuffer choice='+show(v),()=>{lab.createBuffer({slots:100,threads:2},v)});
  await tryIt('createMemory choice='+show(v),()=>{lab.createMemory({slots:100,threads:2},v)});
  const m=new lab.AtomicsMemory(lab.attachWords(buffer));
  await tryIt('joinLaboratory choice='+show(v),()=>{lab.joinLaboratory(m,v)});
  if(v!==undefined) await tryIt('joinLaboratory variant='+show(v),()=>{lab.joinLaboratory(m,choice,v)});
  await tryIt('participate thread='+show(v),()=>{lab.participate(m,v,choice)});
  await tryIt('participate scheme='+show(v),()=>{lab.participate(m,1,v)});
  await tryIt('participate memory='+show(v),()=>{lab.participate(v,1,choice)});
  await tryIt('loadModule s='+show(v),()=>{if(v!==undefined)lab.loadModule(choice,v)});
  await tryIt('joinInWasm mod='+show(v),()=>{lab.joinInWasm(lab.createMemory({slots:20,threads:2},choice),v)});
  await tryIt('AtomicsMemory='+show(v),()=>{lab.joinLaboratory(new lab.AtomicsMemory(v),choice)});
  const {queue}=(()=>{const b=lab.createBuffer({slots:20,threads:2},choice);return lab.joinLaboratory(new lab.AtomicsMemory(lab.attachWords(b)),choice)})();
  await tryIt('batchOf q size='+show(v),()=>lab.batchOf(queue,v));
  for (const k of ['scheme','structure','threads','slots','stride','cache','freeList','engine','mix','keys','seconds','ops','seed','perturb','stall','kill','watchdogMs','variant']) if(v!==undefined) await tryIt(`stress ${k}=${show(v)}`,()=>{return lab.stress({ops:50,threads:1,[k]:v,signal:AbortSignal.timeout(200)})});
  await tryIt('unreachable roots='+show(v),()=>lab.unreachable(new Map([['a',[]]]),v));
  await tryIt('explore check threads='+show(v),()=>{ex.check({threads:v})});
  await tryIt('explore check words='+show(v),()=>{if(v!==undefined&&v!==null)ex.check({words:v,threads:[()=>{}]})});
}
const by={}; for (const [n,c,m] of wrong){ (by[c+': '+m]??=[]).push(n);} for (const [m,n] of Object.entries(by)) console.log(m,'\n     ',n.join(' | ').slice(0,500));
process.exit(0);
