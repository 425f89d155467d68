import { rightsOf } from '#core/access/mine.ts';
import type { Result } from '#core/kit/result.ts';
import type { CommandError, Commands, ImportPort } from '#data-worker/port.ts';
import * as v from 'valibot';
import {
  forbidden,
  invalid,
  notFound,
  type Command,
  type CommandName,
  type Outcome,
  type Problem,
  type Session,
  type Watch,
} from './command.ts';
import { createCompany } from './company/create.ts';
import { deleteCompany } from './company/delete.ts';
import { editCompany } from './company/edit.ts';
import { linkContacts, unlinkContacts } from './company/link.ts';
import { chooseRepresentative } from './company/represent.ts';
import { restoreCompany } from './company/restore.ts';
import { assignContacts } from './contact/assign.ts';
import { createContact } from './contact/create.ts';
import { tellContactsApart } from './contact/distinct.ts';
import { deleteContact } from './contact/delete.ts';
import { editContact } from './contact/edit.ts';
import { editContacts } from './contact/edit-many.ts';
import { mergeContacts } from './contact/merge.ts';
import { restoreContact } from './contact/restore.ts';
import { supplementContact } from './contact/supplement.ts';
import { unmergeContact } from './contact/unmerge.ts';
import type { CommandContext } from './context.ts';
import { createImports } from './import/jobs.ts';
import { undoImport } from './import/undo.ts';
import { convertLead } from './lead/convert.ts';
import { createLead } from './lead/create.ts';
import { deleteLead } from './lead/delete.ts';
import { editLead } from './lead/edit.ts';
import { editLeads } from './lead/edit-many.ts';
import { restoreLead } from './lead/restore.ts';
import { retryRecord } from './record/retry.ts';
import { settleRecord } from './record/settle.ts';
import { typeText } from './record/type.ts';
import { createSamples } from './sample/create.ts';
import { removeSamples } from './sample/remove.ts';
import { undo } from './undo.ts';
import { createUndoLog } from './undo-log.ts';

/** Every write there is. */
const COMMANDS: { readonly [C in CommandName]: Command<C> } = {
  'contact.create': createContact,
  'contact.edit': editContact,
  'contact.edit-many': editContacts,
  'contact.delete': deleteContact,
  'contact.restore': restoreContact,
  'contact.assign': assignContacts,
  'contact.supplement': supplementContact,
  'contact.distinct': tellContactsApart,
  'contact.merge': mergeContacts,
  'contact.unmerge': unmergeContact,
  'record.settle': settleRecord,
  'record.type': typeText,
  'record.retry': retryRecord,
  'company.create': createCompany,
  'company.edit': editCompany,
  'company.link': linkContacts,
  'company.unlink': unlinkContacts,
  'company.represent': chooseRepresentative,
  'company.delete': deleteCompany,
  'company.restore': restoreCompany,
  'lead.create': createLead,
  'lead.edit': editLead,
  'lead.edit-many': editLeads,
  'lead.delete': deleteLead,
  'lead.restore': restoreLead,
  'lead.convert': convertLead,
  'sample.create': createSamples,
  'sample.remove': removeSamples,
  'import.undo': undoImport,
  undo,
};

export interface CommandRunner {
  /** Runs a command; `not-found` for a name there is no command of (a plugin may ask for anything). */
  run<C extends CommandName>(
    name: C,
    input: Commands[C]['input'],
    watch?: Watch,
  ): Promise<Result<Commands[C]['output'], CommandError>>;
  readonly imports: ImportPort;
}

/** The commands of one session over a context; they share one undo log. */
export function createCommands(context: CommandContext): CommandRunner {
  const session: Session = { context, undo: createUndoLog(() => context.now()) };
  return {
    run: async (name, input, watch) =>
      Object.hasOwn(COMMANDS, name)
        ? runChecked(COMMANDS[name], watch ? { ...session, watch } : session, input)
        : notFound,
    imports: createImports(context),
  };
}

async function runChecked<C extends CommandName>(command: Command<C>, session: Session, input: unknown): Outcome<C> {
  const parsed = v.safeParse(command.input, input);
  if (!parsed.success) return invalid(shapeProblems(parsed.issues));
  const needed = command.rights?.(parsed.output) ?? [];
  if (needed.length > 0) {
    const mine = rightsOf(session.context.workspace, session.context.user, command.type ?? 'contact');
    if (!needed.every((right) => mine.has(right))) return forbidden;
  }
  return command.run(session, parsed.output);
}

/** One message per field: `values.name` is the field `name`, everything else goes by its place in the input. */
function shapeProblems(issues: readonly v.BaseIssue<unknown>[]): Problem[] {
  const problems = new Map<string, Problem>();
  for (const issue of issues) {
    const path = (v.getDotPath(issue) ?? '').split('.');
    const field = path[0] === 'values' && path.length > 1 ? path.slice(1).join('.') : path.join('.');
    if (!problems.has(field)) problems.set(field, { field, error: { type: 'input-invalid', message: issue.message } });
  }
  return [...problems.values()];
}
