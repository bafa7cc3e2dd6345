/** Collects inspected objects and prints them: indented JSON, or a template's output for each. */
import { CliError } from '../cli/errors.ts';
import { compactJson, indentJson } from '../format/json.ts';
import { Template, TemplateExecError, TemplateSyntaxError } from '../template/template.ts';
import type { Value } from '../template/values.ts';
import { Struct } from './struct.ts';
import type { StructType } from './types.ts';

/** An object as the daemon sent it. */
export interface Found {
  readonly raw: string;
  /** Its Go type; without one only the JSON itself is known. */
  readonly type?: StructType | undefined;
}

export class Inspector {
  private readonly format: string;
  private readonly template: Template | undefined;
  private readonly raw: string[] = [];
  private output = '';

  /** Throws docker's error (status 64) for a template that cannot be parsed. */
  constructor(format: string) {
    this.format = format;
    if (format === '' || format === 'json') return;
    try {
      this.template = new Template(format);
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error;
      throw new CliError(`template parsing error: ${error.message}`, 64);
    }
  }

  /** Adds an object; throws when the template fails on it. */
  add({ raw, type }: Found): void {
    if (this.template === undefined) {
      this.raw.push(raw.trim());
      return;
    }
    const data = JSON.parse(raw) as Value;
    if (type !== undefined) {
      try {
        this.output += `${this.template.execute(new Struct(type, data as { readonly [key: string]: Value }))}\n`;
        return;
      } catch (error) {
        if (!(error instanceof TemplateExecError)) throw error;
      }
    }
    // What the struct does not have may be in the JSON.
    try {
      this.output += `${this.template.execute(data, { missingKey: 'error' })}\n`;
    } catch (error) {
      if (!(error instanceof TemplateExecError)) throw error;
      throw new CliError(`template parsing error: ${error.message}`);
    }
  }

  /** All that is to be printed. */
  text(): string {
    if (this.template !== undefined) return this.output === '' ? '\n' : this.output;
    if (this.raw.length === 0) return '[]\n';
    const all = `[${this.raw.join(',')}]`;
    return `${this.format === 'json' ? compactJson(all) : indentJson(all, '    ')}\n`;
  }
}
