shop:
  pkg.installed:
    - version: {{ pillar.get('release', '3.8.1') }}

shop settings:
  file.managed:
    - name: /etc/shop/settings.env
    - source: salt://files/settings.env
    - makedirs: True
    - template: jinja
    - mode: '0600'

shop database is migrated:
  cmd.run:
    - name: shop migrate
    - unless: shop migrated
    - require:
      - file: shop settings
      - pkg: shop

shop is running:
  service.running:
    - name: shop
    - enable: True
    - require:
      - cmd: shop database is migrated
    - watch:
      - file: shop settings
      - pkg: shop

shop answers:
  cmd.run:
    - name: shop check
    - unless: shop check
    - require:
      - service: shop is running
