import { createColumns } from '#columns/columns.ts';
import { samplePeople } from '#core/sample/people.ts';
import { normalizePhone, splitPhones } from '#core/contact/phones.ts';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import { newId } from '#core/kit/ids.ts';
import { viSortKey } from '#core/contact/names.ts';
import { fold } from '#core/contact/fold.ts';
const N = 100_000;
const now = () => { const u = (process as any).threadCpuUsage(); return (u.user + u.system) / 1000; };
const people = [...samplePeople(1, N)];
{ const nums = people.map(p=>splitPhones(p.phones)[0]!); for(let k=0;k<2;k++){const t=now(); for(const n of nums) normalizePhone(n); console.log('phone µs', ((now()-t)/N*1000).toFixed(2));} }
{ for(let k=0;k<2;k++){const t=now(); for(const p of people) fold(p.name); console.log('fold µs', ((now()-t)/N*1000).toFixed(2)); const t2=now(); for(const p of people) viSortKey(p.name); console.log('key µs', ((now()-t2)/N*1000).toFixed(2));} }
const members = Array.from({length:40},(_,i)=>({id:'u'+i,name:people[i]!.name,email:'e'+i+'@x.vn',role:'member' as const,active:true,joinedAt:i, departmentId:'d'+i%5}));
const departments=Array.from({length:5},(_,i)=>({id:'d'+i,name:'Phòng '+i}));
const mk=()=>{const c=createColumns();c.setWorkspace({members,departments,fields:[]},'u1');return c;};
const dir={memberName:()=>undefined,departmentName:()=>undefined,companyName:()=>undefined,memberByName:()=>undefined,departmentByName:()=>undefined};
const def=(id:string)=>CONTACT_FIELDS.find(f=>f.id===id)!;
const parse=(id:string,v:unknown)=>{const r=fieldType(def(id).type).parse(v,def(id),dir); if(!r.ok) throw new Error(JSON.stringify(r)); return r.value;};
const companies=new Map<string,string>();
let t0=1_700_000_000_000;
const rows:any[]=[]; const comps:any[]=[];
let t=now();
people.forEach((p,i)=>{
  let companyId; if(p.company){companyId=companies.get(p.company); if(!companyId){companyId=newId('company',t0+i*1000);companies.set(p.company,companyId);comps.push({id:companyId,values:{name:p.company},updatedAt:t0});}}
  const values:any={name:parse('name',p.name),phones:parse('phones',p.phones),ownerId:'u'+i%40,departmentId:'d'+i%5,source:p.source,createdBy:'u'+i%40,batch:'import-'+(i>>14), description:i%3?undefined:'Khách quan tâm gói dịch vụ số '+i};
  if(p.emails) values.emails=parse('emails',p.emails); if(companyId) values.companyId=companyId; if(p.title) values.title=p.title; if(p.address) values.address=p.address;
  if(p.birthday) values.birthday=parse('birthday',p.birthday); if(p.rating) values.rating=parse('rating',p.rating); if(i%9===0) values.doNotCall=true; for(const k in values) if(values[k]===undefined) delete values[k];
  rows.push({id:newId('contact',t0+i*1000),values,updatedAt:t0+i*1000+5});
});
console.log('made rows', (now()-t).toFixed(0), 'ms; companies', comps.length);
const json = JSON.stringify(rows); const compsJson=JSON.stringify(comps);
rows.length=0; people.length=0; comps.length=0; companies.clear();
const fresh=()=>JSON.parse(json) as any[];
(globalThis as any).gc();
const mem=()=>{(globalThis as any).gc();(globalThis as any).gc();const m=process.memoryUsage();return (m.heapUsed+m.arrayBuffers)/1048576;};
const base=mem();
let c=mk();
{ let all:any[]|undefined=fresh(); const cs=JSON.parse(compsJson); t=now(); c.apply(cs); for(let i=0;i<N;i+=512) c.apply(all.slice(i,i+512)); console.log('apply 100k', (now()-t).toFixed(0),'ms'); all=undefined; }
console.log('heap after apply', (mem()-base).toFixed(1));
t=now(); c.list({sources:['contact'],offset:0,limit:50}); console.log('first page cold', (now()-t).toFixed(1));
t=now(); let steps=0, worst=0; for(;;){const s=now(); if(!c.warm())break; steps++; worst=Math.max(worst,now()-s);} console.log('warm', (now()-t).toFixed(0),'ms in',steps,'steps; longest',worst.toFixed(0));
console.log('heap warm', (mem()-base).toFixed(1));
const pct=(a:number[],p:number)=>a.sort((x,y)=>x-y)[Math.min(a.length-1,Math.floor(a.length*p))]!.toFixed(2);
let seed=0;
const touch=()=>{ c.setPack(['x'],1); };
// every question after an edit of another row, so that no cached answer serves
const ids=c.ids('contact');
const edit=()=>{ const id=ids[(seed=(seed*7919+13)%N)]!; const r=c.get(id)!; c.apply([{...r,values:{...r.values,rating:1+(seed%5)},updatedAt:r.updatedAt+1}]); };
const bench=(name:string,q:(i:number)=>any,n=60)=>{ const a:number[]=[]; let total=0; for(let i=0;i<n;i++){ edit(); const query=q(i); const s=now(); total=c.list(query).total; a.push(now()-s);} console.log(name.padEnd(46),'min',pct(a,0),'p25',pct(a,.25),'p50',pct(a,.5),'p95',pct(a,.95),'total',total); };
const run=()=>{
bench('page at any offset',i=>({sources:['contact'],offset:(i*7777)%N,limit:50}));
bench("search 'nguyen van'",()=>({sources:['contact'],search:'nguyen van',offset:0,limit:50}));
bench("search 'nguyen van' 3 sources",()=>({sources:['contact','internal','company'],search:'nguyen van',offset:0,limit:50}));
bench("search 'Nguyễn Văn' accents",()=>({sources:['contact'],search:'Nguyễn Văn',offset:0,limit:50}));
bench("search 'tran thi bich ngoc'",()=>({sources:['contact'],search:'tran thi bich ngoc',offset:0,limit:50}));
bench("search 'an'",()=>({sources:['contact'],search:'an',offset:0,limit:50}));
bench("search 'a'",()=>({sources:['contact'],search:'a',offset:0,limit:50}));
bench("search '' company 'phu thinh'",()=>({sources:['contact'],search:'phu thinh',offset:0,limit:50}));
bench('last 4 digits',i=>({sources:['contact'],search:String(1000+(i*137)%9000),offset:0,limit:50}));
bench('phone 0912 345',()=>({sources:['contact'],search:'0912 345',offset:0,limit:50}));
bench('phone +84 912 345 678',()=>({sources:['contact'],search:'+84 912 345 678',offset:0,limit:50}));
bench('2 conditions + sort name',i=>({sources:['contact'],filter:{all:[{field:'ownerId',op:'in',value:['u'+i%40,'u3','@me']},{field:'source',op:'in',value:['zalo']}]},sort:{field:'name',desc:false},offset:0,limit:50}));
bench('2 conditions (name contains, date) + sort owner',i=>({sources:['contact'],filter:{all:[{field:'name',op:'contains',value:'Thị'},{field:'birthday',op:'lt',value:'1990-01-01'}]},sort:{field:'ownerId',desc:true},offset:0,limit:50}));
bench('address contains + createdAt range',i=>({sources:['contact'],filter:{all:[{field:'address',op:'contains',value:'ha noi'},{field:'createdAt',op:'gt',value:'2023-11-20'}]},sort:{field:'companyId',desc:false},offset:0,limit:50}));
bench('sort name desc',i=>({sources:['contact'],sort:{field:'name',desc:true},offset:i*100,limit:50}));
bench('phones contains 5678',i=>({sources:['contact'],filter:{field:'phones',op:'contains',value:'5678'},offset:0,limit:50}));
};
run(); console.log('--- again'); run();
{const a:number[]=[];for(let i=0;i<30;i++){const s=now();c.counts();a.push(now()-s);}console.log('counts p50',pct(a,.5));}
{const a:number[]=[];for(let i=0;i<200;i++){const s=now();edit();a.push(now()-s);}console.log('edit p50',pct(a,.5),'p95',pct(a,.95));}
console.log('heap after queries', (mem()-base).toFixed(1));
t=now(); const segs=c.dirtySegments().map(s=>[s,c.dumpSegment(s)!] as const); console.log('dump',(now()-t).toFixed(0),'ms', segs.length,'segments', (segs.reduce((n,[,b])=>n+b.length,0)/1048576).toFixed(1),'MB');
for(let k=0;k<4;k++){ c.close(); c=mk(); t=now(); for(const [s,b] of segs) if(!c.loadSegment(s,b)) throw new Error('load'); const l=now()-t; t=now(); c.list({sources:['contact'],offset:0,limit:50}); console.log('load',l.toFixed(0),'ms, first page',(now()-t).toFixed(1)); }
console.log('heap after load (with dump bytes)', (mem()-base).toFixed(1));
