base:
  '*':
    - users
    - time
    - motd
  'web-*':
    - certificates
    - web
  'db-*':
    - database
  'app-*':
    - certificates
    - balancer
    - shop
  'mon-*':
    - monitoring
