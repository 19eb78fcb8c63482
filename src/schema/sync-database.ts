import { instant, uuid } from './column.ts';
import { defineTable } from './table.ts';

export const syncDatabase = defineTable({
  name: 'sync_database',
  key: ['id'],
  columns: {
    id: uuid('id of this database, by which a run notices that it is another one'),
    createdAt: instant('when the database was made'),
  },
});
