postgresql:
  pkg.installed:
    - name: postgresql-15

postgresql.conf:
  file.managed:
    - name: /etc/postgresql/15/main/postgresql.conf
    - source: salt://files/postgresql.conf
    - makedirs: True
    - require:
      - pkg: postgresql

pg_hba.conf:
  file.managed:
    - name: /etc/postgresql/15/main/pg_hba.conf
    - contents: 'host shop shop 10.20.0.0/24 scram-sha-256'
    - makedirs: True

postgresql is running:
  service.running:
    - name: postgresql
    - enable: True
    - watch:
      - file: postgresql.conf
      - file: pg_hba.conf

base backup:
  cmd.run:
    - name: base-backup
    - unless: base-backup --is-fresh
    - require:
      - service: postgresql is running

backup job:
  file.managed:
    - name: /etc/cron.d/base-backup
    - contents: '15 3 * * * postgres /usr/local/bin/base-backup'
    - makedirs: True
